//! The body of a request for connectrpc, which lets go of a client that goes on sending after its reply has ended.
//!
//! connectrpc reads such a body for another five seconds, so that a connection of HTTP/1.1 can be used again. A stream
//! of HTTP/2 needs no such thing: its client is asked to stop, and the end of the server doesn't wait for it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::sync::oneshot;
use tokio::time::{Sleep, sleep};

/// How long a client may take to end by itself. Most do as soon as they see the end of the reply, and then nothing need
/// be reset: frames that are still on their way to streams that were can cost the whole connection.
const PARTING: Duration = Duration::from_millis(500);

/// The state of the reply to a body.
#[derive(Debug)]
enum Reply {
    /// It is no stream's, or its connection is one of HTTP/1.1.
    Unwatched,
    /// It goes on until the sender, which the reply owns, is dropped.
    Open(oneshot::Receiver<()>),
    /// It has ended, and the client is given a moment.
    Ended(Pin<Box<Sleep>>),
    /// The client's time is up.
    Over,
}

/// The body of a request.
#[derive(Debug)]
pub(crate) struct Inbound {
    inner: Incoming,
    reply: Reply,
}

impl Inbound {
    /// With `reply`, the body ends soon after the sender is dropped.
    pub(crate) fn new(inner: Incoming, reply: Option<oneshot::Receiver<()>>) -> Self {
        Self { inner, reply: reply.map_or(Reply::Unwatched, Reply::Open) }
    }

    /// Whether nobody should wait for this client any more.
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        if let Reply::Open(open) = &mut self.reply
            && Pin::new(open).poll(context).is_ready()
        {
            self.reply = Reply::Ended(Box::pin(sleep(PARTING)));
        }
        if let Reply::Ended(parting) = &mut self.reply
            && parting.as_mut().poll(context).is_ready()
        {
            self.reply = Reply::Over;
        }
        matches!(self.reply, Reply::Over)
    }
}

impl Body for Inbound {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let body = self.get_mut();
        if body.is_over(context) {
            return Poll::Ready(None);
        }
        Pin::new(&mut body.inner).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
