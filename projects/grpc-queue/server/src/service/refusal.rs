//! What went wrong, as a status: the one place where errors become codes and words for the client.

use connectrpc::{ConnectError, ErrorCode};
use grpc_queue::{Cut, OpenError, QueueError};
use tonic::{Code, Status};

/// A status of gRPC, in words of no library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: Code,
    pub(super) message: String,
}

impl Refusal {
    fn new(code: Code, message: impl ToString) -> Self {
        Self { code, message: message.to_string() }
    }
}

impl From<OpenError> for Refusal {
    fn from(error: OpenError) -> Self {
        let code = match error {
            OpenError::BadKey | OpenError::BadReceived => Code::InvalidArgument,
            _ => Code::Unavailable,
        };
        Self::new(code, error)
    }
}

/// A stream that was cut: what the client's half says of itself goes through as it is.
pub(super) fn of_cut<E>(cut: Cut<E>) -> Result<Refusal, E> {
    Ok(match cut {
        Cut::Inbound(error) => return Err(error),
        Cut::Queue(error @ QueueError::TakenOver) => Refusal::new(Code::Aborted, error),
        Cut::Queue(error) => Refusal::new(Code::Unavailable, error),
        Cut::Idle { .. } => Refusal::new(Code::DeadlineExceeded, cut),
        Cut::TooFast { .. } | Cut::TooMany => Refusal::new(Code::ResourceExhausted, cut),
    })
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code, refusal.message)
    }
}

impl From<Refusal> for ConnectError {
    fn from(refusal: Refusal) -> Self {
        // The numbers of gRPC's codes are small, and both libraries know all of them.
        let code = u32::try_from(i32::from(refusal.code)).ok().and_then(ErrorCode::from_grpc_code);
        Self::new(code.unwrap_or(ErrorCode::Unknown), refusal.message)
    }
}

/// What both libraries say of a client's half that broke off.
pub(super) fn status(cut: Cut<Status>) -> Status {
    of_cut(cut).map_or_else(|status| status, Status::from)
}

/// The same for the other library.
pub(super) fn connect_error(cut: Cut<ConnectError>) -> ConnectError {
    of_cut(cut).map_or_else(|error| error, ConnectError::from)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[track_caller]
    fn check(cut: Cut<Status>, code: Code, connect: ErrorCode, message: &str) {
        let refusal = of_cut(cut).unwrap();
        assert_eq!((refusal.code, &*refusal.message), (code, message));
        assert_eq!(ConnectError::from(refusal).code, connect);
    }

    #[test]
    fn every_cut_has_a_code_of_its_own_kind() {
        use ErrorCode as C;
        let taken = "another stream has taken this conversation over";
        check(Cut::Queue(QueueError::TakenOver), Code::Aborted, C::Aborted, taken);
        check(
            Cut::Queue(QueueError::Stopped),
            Code::Unavailable,
            C::Unavailable,
            "the service is shutting down",
        );
        check(
            Cut::Queue(QueueError::Unreachable),
            Code::Unavailable,
            C::Unavailable,
            "the queue can't be reached",
        );
        let idle = Cut::Idle { after: Duration::from_millis(1500) };
        check(idle, Code::DeadlineExceeded, C::DeadlineExceeded, "nothing was sent for 1.5 seconds");
        let fast = Cut::TooFast { per_second: 10 };
        check(fast, Code::ResourceExhausted, C::ResourceExhausted, "more than 10 sentences a second");
    }

    #[test]
    fn what_a_client_says_of_itself_goes_through() {
        let status = status(Cut::Inbound(Status::cancelled("gone")));
        assert_eq!((status.code(), status.message()), (Code::Cancelled, "gone"));
    }
}
