//! Errors as statuses: the one place where errors become codes and texts for the client.

use connectrpc::{ConnectError, ErrorCode};
use grpc_queue::{OpenError, QueueError, StreamError};
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

/// A stream that failed. The error of the client's half passes unchanged.
pub(super) fn of_stream_error<E>(error: StreamError<E>) -> Result<Refusal, E> {
    Ok(match error {
        StreamError::Inbound(error) => return Err(error),
        StreamError::Queue(error @ QueueError::TakenOver) => Refusal::new(Code::Aborted, error),
        StreamError::Queue(error) => Refusal::new(Code::Unavailable, error),
        StreamError::Idle { .. } => Refusal::new(Code::DeadlineExceeded, error),
        StreamError::TooFast { .. } | StreamError::TooMany => Refusal::new(Code::ResourceExhausted, error),
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

/// The status of tonic for a stream that failed.
pub(super) fn status(error: StreamError<Status>) -> Status {
    of_stream_error(error).map_or_else(|status| status, Status::from)
}

/// The error of connectrpc for a stream that failed.
pub(super) fn connect_error(error: StreamError<ConnectError>) -> ConnectError {
    of_stream_error(error).map_or_else(|error| error, ConnectError::from)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[track_caller]
    fn check(error: StreamError<Status>, code: Code, connect: ErrorCode, message: &str) {
        let refusal = of_stream_error(error).unwrap();
        assert_eq!((refusal.code, &*refusal.message), (code, message));
        assert_eq!(ConnectError::from(refusal).code, connect);
    }

    #[test]
    fn every_cut_has_a_code_of_its_own_kind() {
        use ErrorCode as C;
        let taken = "another stream has taken this conversation over";
        check(StreamError::Queue(QueueError::TakenOver), Code::Aborted, C::Aborted, taken);
        check(
            StreamError::Queue(QueueError::Stopped),
            Code::Unavailable,
            C::Unavailable,
            "the service is shutting down",
        );
        check(
            StreamError::Queue(QueueError::Unreachable),
            Code::Unavailable,
            C::Unavailable,
            "the queue can't be reached",
        );
        let idle = StreamError::Idle { after: Duration::from_millis(1500) };
        check(idle, Code::DeadlineExceeded, C::DeadlineExceeded, "nothing was sent for 1.5 seconds");
        let fast = StreamError::TooFast { per_second: 10 };
        check(fast, Code::ResourceExhausted, C::ResourceExhausted, "more than 10 sentences a second");
    }

    #[test]
    fn what_a_client_says_of_itself_goes_through() {
        let status = status(StreamError::Inbound(Status::cancelled("gone")));
        assert_eq!((status.code(), status.message()), (Code::Cancelled, "gone"));
    }
}
