//! How a call ended: a code with its names in all three protocols, or a connection that broke.

use std::fmt;

use http::StatusCode;

/// A status code of gRPC; Connect has the same in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code(u32);

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
    pub(crate) const OK: Self = Self(0);
    const CANCELLED: Self = Self(1);
    pub(crate) const UNKNOWN: Self = Self(2);
    pub(crate) const INVALID_ARGUMENT: Self = Self(3);
    const PERMISSION_DENIED: Self = Self(7);
    pub(crate) const ABORTED: Self = Self(10);
    pub(crate) const UNIMPLEMENTED: Self = Self(12);
    const INTERNAL: Self = Self(13);
    const UNAVAILABLE: Self = Self(14);
    const UNAUTHENTICATED: Self = Self(16);

    /// From `grpc-status`.
    pub(crate) fn numbered(number: &str) -> Option<Self> {
        number.trim().parse().ok().map(Self)
    }

    /// From the `code` of a Connect error.
    pub(crate) fn named(name: &str) -> Self {
        if name == "canceled" {
            return Self::CANCELLED;
        }
        let found = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
        found.and_then(|number| u32::try_from(number).ok()).map_or(Self::UNKNOWN, Self)
    }

    /// What a client takes an HTTP status for, where the server sent no code.
    pub(crate) fn of_http(status: StatusCode) -> Self {
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
pub(crate) enum End {
    /// With a status, as the protocol has it.
    Status(Code, String),
    /// Without one, or with bytes that the protocol doesn't have: what was seen.
    Broken(String),
}

impl End {
    pub(crate) const OK: Self = Self::Status(Code::OK, String::new());

    /// Whether it ended with this code, whatever the message.
    pub(crate) fn is(&self, code: Code) -> bool {
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
