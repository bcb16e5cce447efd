//! The body of a reply: whole, in parts, cut off, or stalled.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

use super::Service;
use super::ledger::Guard;
use super::response::{Chunks, Ending};

/// The body of a reply. It ends its call with its last byte; dropped before that, the client has disconnected.
pub(super) struct Payload<S: Service> {
    body: Chunks,
    pause: Option<Pin<Box<Sleep>>>,
    flushed: bool,
    guard: Option<Guard<S>>,
}

/// The connection is to be broken here.
#[derive(Debug, thiserror::Error)]
#[error("the reply was to be cut off here")]
pub(super) struct CutOff;

impl From<Infallible> for CutOff {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl<S: Service> Payload<S> {
    /// A body. One that is whole ends its call at once: it is handed to the connection in one piece.
    pub(super) fn new(body: Chunks, mut guard: Option<Guard<S>>) -> Self {
        if body.chunks.len() < 2 && body.ending == Ending::Complete {
            guard.iter_mut().for_each(Guard::replied);
        }
        Self { body, pause: None, flushed: false, guard }
    }

    /// No body at all.
    pub(super) fn empty() -> Self {
        Self::new(Chunks::default(), None)
    }
}

impl<S: Service> Unpin for Payload<S> {}

impl<S: Service> Body for Payload<S> {
    type Data = Bytes;
    type Error = CutOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutOff>>> {
        if let Some(pause) = &mut self.pause {
            if pause.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.pause = None;
        }
        if let Some(chunk) = self.body.chunks.pop_front() {
            if !self.body.chunks.is_empty() && !self.body.pace.is_zero() {
                self.pause = Some(Box::pin(tokio::time::sleep(self.body.pace)));
            }
            if self.is_end_stream() {
                self.guard.iter_mut().for_each(Guard::replied);
            }
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        match self.body.ending {
            Ending::Complete => Poll::Ready(None),
            Ending::Stall => Poll::Pending,
            Ending::Cut if self.flushed => {
                self.guard.iter_mut().for_each(Guard::replied);
                Poll::Ready(Some(Err(CutOff)))
            }
            // What was said goes out first: a body that waits is flushed, one that fails isn't.
            Ending::Cut => {
                self.flushed = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.chunks.is_empty() && self.body.ending == Ending::Complete
    }

    fn size_hint(&self) -> SizeHint {
        self.body.length.map_or_else(SizeHint::new, |length| SizeHint::with_exact(length as u64))
    }
}
