//! The end of a call: a code with its names in all three protocols, or a connection that broke.

use std::fmt;

use http::StatusCode;

/// A status code of gRPC; Connect has the same in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(u32);

/// In the order of their numbers.
const NAMES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

impl Code {
    /// The call succeeded.
    pub const OK: Self = Self(0);
    /// It was cancelled, as a rule by the client.
    pub const CANCELLED: Self = Self(1);
    /// An error without a better code.
    pub const UNKNOWN: Self = Self(2);
    /// The request is wrong, whatever the state of the server.
    pub const INVALID_ARGUMENT: Self = Self(3);
    /// It took longer than the client allows.
    pub const DEADLINE_EXCEEDED: Self = Self(4);
    /// What was asked for doesn't exist.
    pub const NOT_FOUND: Self = Self(5);
    /// What was to be created exists.
    pub const ALREADY_EXISTS: Self = Self(6);
    /// The caller is known and may not.
    pub const PERMISSION_DENIED: Self = Self(7);
    /// A quota or the server's memory is used up.
    pub const RESOURCE_EXHAUSTED: Self = Self(8);
    /// The server's state doesn't allow it.
    pub const FAILED_PRECONDITION: Self = Self(9);
    /// It met another call, and may be tried again.
    pub const ABORTED: Self = Self(10);
    /// A value past the end of what there is.
    pub const OUT_OF_RANGE: Self = Self(11);
    /// The server doesn't know the procedure.
    pub const UNIMPLEMENTED: Self = Self(12);
    /// Something that must not happen happened.
    pub const INTERNAL: Self = Self(13);
    /// Not now: it may be tried again.
    pub const UNAVAILABLE: Self = Self(14);
    /// Data is lost for good.
    pub const DATA_LOSS: Self = Self(15);
    /// The caller isn't known.
    pub const UNAUTHENTICATED: Self = Self(16);

    /// From `grpc-status`.
    pub fn numbered(number: &str) -> Option<Self> {
        number.trim().parse().ok().map(Self)
    }

    /// From the `code` of a Connect error.
    pub fn named(name: &str) -> Self {
        if name == "canceled" {
            return Self::CANCELLED;
        }
        let found = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
        found.and_then(|number| u32::try_from(number).ok()).map_or(Self::UNKNOWN, Self)
    }

    /// What a client takes an HTTP status for, where the server sent no code.
    pub fn of_http(status: StatusCode) -> Self {
        match status.as_u16() {
            400 => Self::INTERNAL,
            401 => Self::UNAUTHENTICATED,
            403 => Self::PERMISSION_DENIED,
            404 => Self::UNIMPLEMENTED,
            429 | 502 | 503 | 504 => Self::UNAVAILABLE,
            _ => Self::UNKNOWN,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = usize::try_from(self.0).ok().and_then(|number| NAMES.get(number));
        match name {
            Some(name) => f.write_str(name),
            None => write!(f, "status {}", self.0),
        }
    }
}

/// The end of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// With a status, as the protocol has it.
    Status(Code, String),
    /// Without one, or with bytes that the protocol doesn't have: what was seen.
    Broken(String),
}

impl End {
    /// With OK, and no message.
    pub const OK: Self = Self::Status(Code::OK, String::new());

    /// Whether it ended with this code, whatever the message.
    pub fn is(&self, code: Code) -> bool {
        matches!(self, Self::Status(found, _) if *found == code)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(code, message) if message.is_empty() => write!(f, "{code}"),
            Self::Status(code, message) => write!(f, "{code} ({message})"),
            Self::Broken(seen) => write!(f, "no status: {seen}"),
        }
    }
}
