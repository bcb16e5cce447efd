//! Many replies, one write.
//!
//! A stream that has something to say wakes its connection, and tokio's scheduler runs what was woken last first: the
//! connection would write the frames of one stream, then those of the next, with a system call for each. So a
//! connection that is woken lets those that are waiting to run go first, and then writes what all of them have said.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

pin_project! {
    /// A task that is polled after the others that are ready.
    #[derive(Debug)]
    pub(crate) struct Batched<F> {
        #[pin]
        inner: F,
        has_waited: bool,
    }
}

impl<F> Batched<F> {
    pub(crate) fn new(inner: F) -> Self {
        Self { inner, has_waited: false }
    }
}

impl<F: Future> Future for Batched<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        *this.has_waited = !*this.has_waited;
        if *this.has_waited {
            // A task that wakes itself goes to the end of the queue.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        this.inner.poll(context)
    }
}
