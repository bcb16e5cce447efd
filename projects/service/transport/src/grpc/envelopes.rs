//! The messages of a request, counted and measured as they come in.
//!
//! tonic takes a request without a message for an internal error, reads one message of several and forgets the rest,
//! and calls a message that is too big out of range. gRPC has other statuses for these. Here they are found before
//! tonic sees them, and a body that breaks off with a status is one that tonic passes on as it is.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame};
use hyper::body::Incoming;
use tonic::Status;

const HEAD: usize = 5;

/// The body of a gRPC request, for tonic's services.
#[derive(Debug)]
pub struct RequestBody {
    inner: Incoming,
    envelopes: Envelopes,
    failed: bool,
}

impl RequestBody {
    /// `single`: the procedure takes one message. `limit`: the bytes that a message may have.
    pub(crate) fn new(inner: Incoming, single: bool, limit: usize) -> Self {
        Self { inner, envelopes: Envelopes::new(single, limit), failed: false }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        if this.failed {
            return Poll::Ready(None);
        }
        let frame = ready!(Pin::new(&mut this.inner).poll_frame(context));
        let checked = match &frame {
            Some(Ok(frame)) => match frame.data_ref() {
                Some(data) => this.envelopes.read(data),
                None => this.envelopes.end(),
            },
            Some(Err(_)) => Ok(()),
            None => this.envelopes.end(),
        };
        if let Err(status) = checked {
            this.failed = true;
            return Poll::Ready(Some(Err(status)));
        }
        Poll::Ready(frame.map(|frame| frame.map_err(|error| Status::from_error(Box::new(error)))))
    }

    fn is_end_stream(&self) -> bool {
        // An empty body must be polled as well, where it is an error.
        self.failed || (self.inner.is_end_stream() && self.envelopes.end().is_ok())
    }
}

/// Where in the sequence of envelopes a body is.
#[derive(Debug)]
struct Envelopes {
    single: bool,
    limit: usize,
    messages: u64,
    head: [u8; HEAD],
    /// Bytes of `head` that are there.
    known: usize,
    /// Bytes of the message that are still to come.
    missing: usize,
}

impl Envelopes {
    fn new(single: bool, limit: usize) -> Self {
        Self { single, limit, messages: 0, head: [0; HEAD], known: 0, missing: 0 }
    }

    fn read(&mut self, mut data: &[u8]) -> Result<(), Status> {
        loop {
            let payload = self.missing.min(data.len());
            self.missing -= payload;
            data = &data[payload..];
            if data.is_empty() {
                return Ok(());
            }
            let part = (HEAD - self.known).min(data.len());
            self.head[self.known..self.known + part].copy_from_slice(&data[..part]);
            self.known += part;
            data = &data[part..];
            if self.known == HEAD {
                self.known = 0;
                self.begin()?;
            }
        }
    }

    fn begin(&mut self) -> Result<(), Status> {
        let [_, length @ ..] = self.head;
        self.messages += 1;
        if self.single && self.messages > 1 {
            return Err(Status::unimplemented("more than one message in the request"));
        }
        // A length that this machine can't count is longer than any limit.
        self.missing = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if self.missing > self.limit {
            return Err(Status::resource_exhausted(format!(
                "a message of {} bytes, but {} is the limit",
                self.missing, self.limit
            )));
        }
        Ok(())
    }

    fn end(&self) -> Result<(), Status> {
        if self.single && self.messages == 0 && self.known == 0 {
            return Err(Status::unimplemented("no message in the request"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    #[track_caller]
    fn check(single: bool, parts: &[&[u8]], expected: Code) {
        let mut envelopes = Envelopes::new(single, 3);
        let result = parts.iter().try_for_each(|part| envelopes.read(part)).and_then(|()| envelopes.end());
        assert_eq!(result.map_or_else(|status| status.code(), |()| Code::Ok), expected);
    }

    #[test]
    fn passes_messages_up_to_the_limit() {
        check(true, &[&[0, 0, 0, 0, 3, 1, 2, 3]], Code::Ok);
        check(false, &[&[0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]], Code::Ok);
    }

    #[test]
    fn a_message_may_come_in_pieces() {
        check(true, &[&[0, 0], &[0, 0, 3], &[1], &[2, 3]], Code::Ok);
        check(false, &[&[0, 0, 0, 0, 2, 1], &[2, 0, 0, 0], &[0, 0]], Code::Ok);
    }

    #[test]
    fn a_message_over_the_limit_exhausts_a_resource() {
        check(true, &[&[0, 0, 0, 0, 4]], Code::ResourceExhausted);
        check(false, &[&[0, 0, 0, 0, 0, 0, 1, 0, 0, 0]], Code::ResourceExhausted);
    }

    #[test]
    fn one_message_is_neither_none_nor_two() {
        check(true, &[], Code::Unimplemented);
        check(true, &[&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]], Code::Unimplemented);
        check(false, &[], Code::Ok);
    }
}
