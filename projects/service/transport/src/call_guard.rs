//! The guard between a handler and its call: panics, deadlines, and the end of the server.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Sleep, sleep};

use crate::call_failure::{CallFailure, WireProtocol};
use crate::conn_state::ConnState;

/// Goes with a call from its first poll to the last frame of its reply.
#[derive(Debug)]
pub(crate) struct CallGuard {
    pub(crate) protocol: WireProtocol,
    conn: Arc<ConnState>,
    /// Made only where the client has set one, since a timer for every call would cost more than the call.
    deadline: Option<Pin<Box<Sleep>>>,
    /// Dropped with the last frame, which notifies the request's body that nobody waits for it.
    ended: Option<oneshot::Sender<()>>,
}

impl CallGuard {
    pub(crate) fn new(protocol: WireProtocol, conn: Arc<ConnState>, within: Option<Duration>) -> Self {
        Self { protocol, conn, deadline: within.map(|within| Box::pin(sleep(within))), ended: None }
    }

    /// Resolves when the call has ended.
    #[cfg(feature = "connect")]
    pub(crate) fn ended(&mut self) -> oneshot::Receiver<()> {
        let (ended, hears) = oneshot::channel();
        self.ended = Some(ended);
        hears
    }

    /// Polls the handler, or returns why it must end.
    pub(crate) fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        handler: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<Result<T, CallFailure>> {
        // First, so that a stream that always has something to say ends in time as well.
        if let Some(deadline) = &mut self.deadline
            && deadline.as_mut().poll(context).is_ready()
        {
            return Poll::Ready(Err(CallFailure::Late));
        }
        // After a panic the handler is dropped and never polled again: nobody sees a state that it left half done.
        match catch_unwind(AssertUnwindSafe(|| handler(context))) {
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Ok(Poll::Pending) if self.conn.is_cut() => {
                self.conn.count_cut();
                Poll::Ready(Err(CallFailure::Shutdown))
            }
            Ok(Poll::Pending) => Poll::Pending,
            Err(panic) => {
                tracing::error!(panic = message(&*panic), "a handler panicked");
                Poll::Ready(Err(CallFailure::Panicked))
            }
        }
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
