//! Many replies, one write.
//!
//! A stream that has something to say wakes its connection, and tokio's scheduler runs what was woken last first: the
//! connection would write the frames of one stream, then those of the next, with a system call for each. So a
//! connection that is woken lets those that are waiting to run go first, and then writes what all of them have said.
//! One with a single stream has nobody to wait for.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::line::Line;

pin_project! {
    /// A connection that is polled after its streams.
    #[derive(Debug)]
    pub(crate) struct Batched<F> {
        #[pin]
        inner: F,
        line: Arc<Line>,
        has_waited: bool,
    }
}

impl<F> Batched<F> {
    pub(crate) fn new(inner: F, line: Arc<Line>) -> Self {
        Self { inner, line, has_waited: false }
    }

    pub(crate) fn inner(self: Pin<&mut Self>) -> Pin<&mut F> {
        self.project().inner
    }
}

impl<F: Future> Future for Batched<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if !*this.has_waited && this.line.is_shared() {
            *this.has_waited = true;
            // A task that wakes itself goes to the end of the queue.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        *this.has_waited = false;
        this.inner.poll(context)
    }
}
