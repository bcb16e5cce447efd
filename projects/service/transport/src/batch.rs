//! Batches the replies of a connection's streams: many replies, one write.
//!
//! A stream that has a message wakes its connection, and tokio's scheduler runs what was woken last first: the
//! connection would write the frames of one stream, then those of the next, with a system call for each. So a
//! connection that is woken lets those that are waiting to run go first, and then writes what all of them have said.
//! One with a single stream has nobody to wait for.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::conn_state::ConnState;

pin_project! {
    /// A connection that is polled after its streams.
    #[derive(Debug)]
    pub(crate) struct Batched<F> {
        #[pin]
        inner: F,
        conn: Arc<ConnState>,
        has_waited: bool,
    }
}

impl<F> Batched<F> {
    pub(crate) fn new(inner: F, conn: Arc<ConnState>) -> Self {
        Self { inner, conn, has_waited: false }
    }

    pub(crate) fn inner(self: Pin<&mut Self>) -> Pin<&mut F> {
        self.project().inner
    }
}

impl<F: Future> Future for Batched<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if !*this.has_waited && this.conn.is_shared() {
            *this.has_waited = true;
            // A task that wakes itself goes to the end of the queue.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        *this.has_waited = false;
        this.inner.poll(context)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Wake, Waker};

    use super::*;
    use crate::conn_state::Open;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Checks how often a connection with this number of streams wakes itself before it is polled.
    #[track_caller]
    fn check(streams: usize, expected: usize) {
        let conn = Arc::new(ConnState::new(Arc::default()));
        let _streams: Vec<_> = (0..streams).map(|_| Open::on(&conn)).collect();
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut batched = pin!(Batched::new(std::future::ready(()), conn));
        let mut polls = 1;
        while batched.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
            assert!(polls < 3, "it never has its turn");
            polls += 1;
        }
        assert_eq!((woken.0.load(Ordering::Relaxed), polls), (expected, expected + 1));
    }

    #[test]
    fn a_connection_with_several_streams_lets_them_go_first_and_once() {
        check(2, 1);
    }

    #[test]
    fn a_connection_with_a_single_stream_waits_for_nobody() {
        check(0, 0);
        check(1, 0);
    }
}
