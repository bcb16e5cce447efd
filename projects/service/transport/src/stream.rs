//! The tasks of HTTP/2 streams: each ends with its connection, and is reset when its reader doesn't read.
//!
//! hyper asks a reply's body for one frame, and for more only when the client has room. So a stream whose task waits,
//! and whose body was last seen handing over a frame, waits for its reader; one whose body was last seen waiting
//! doesn't. The body notes which, and the task around it keeps the time. A timer is made only for a stream that has to
//! wait. What is over, handed to h2 and not read, has no task any more: its connection's limit on streams bounds it.

use std::cell::Cell;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::Executor;
use pin_project_lite::pin_project;
use tokio::sync::futures::OwnedNotified;
use tokio::time::{Sleep, sleep};

use crate::conn_state::{ConnState, Open};

thread_local! {
    /// What the body that is being polled on this thread has seen; its task takes it over as soon as it is polled.
    static WAITS_FOR_READER: Cell<Option<bool>> = const { Cell::new(None) };
}

/// The body, or the head of the reply, was handed over: from now on it is the reader's turn.
pub(crate) fn waits_for_reader() {
    WAITS_FOR_READER.set(Some(true));
}

/// All that the handler has said was handed over.
pub(crate) fn waits_for_handler() {
    WAITS_FOR_READER.set(Some(false));
}

/// Runs the streams of one connection.
#[derive(Debug, Clone)]
pub(crate) struct Streams {
    pub(crate) conn: Arc<ConnState>,
    pub(crate) write: Duration,
}

impl<F> Executor<F> for Streams
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, stream: F) {
        tokio::spawn(Watched {
            stream,
            conn: Open::on(&self.conn),
            write: self.write,
            waits_for_reader: false,
            write_timeout: None,
            changed: None,
        });
    }
}

pin_project! {
    struct Watched<F> {
        #[pin]
        stream: F,
        conn: Open,
        write: Duration,
        waits_for_reader: bool,
        write_timeout: Option<Pin<Box<Sleep>>>,
        changed: Option<Pin<Box<OwnedNotified>>>,
    }
}

impl<F: Future> Future for Watched<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        loop {
            let before = this.conn.state();
            if this.conn.is_closed() {
                return Poll::Ready(());
            }
            WAITS_FOR_READER.set(None);
            if this.stream.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
            if let Some(waits) = WAITS_FOR_READER.take() {
                // The body was polled, so the reader has made room.
                *this.waits_for_reader = waits;
                *this.write_timeout = None;
            }
            if *this.waits_for_reader {
                let write_timeout = this.write_timeout.get_or_insert_with(|| Box::pin(sleep(*this.write)));
                if write_timeout.as_mut().poll(context).is_ready() {
                    // Dropping the stream resets it.
                    tracing::debug!("a stream is reset: its reader doesn't read");
                    return Poll::Ready(());
                }
            }
            let changed = this.changed.get_or_insert_with(|| Box::pin(this.conn.changed().notified_owned()));
            let woken = changed.as_mut().poll(context).is_ready();
            if woken {
                *this.changed = None;
            }
            // A change between the look at the top and the registration would otherwise be missed.
            if !woken && this.conn.state() == before {
                return Poll::Pending;
            }
        }
    }
}
