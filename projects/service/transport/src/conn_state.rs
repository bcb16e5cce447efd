//! The state that the streams of one connection share: whether they must end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use tokio::sync::Notify;

const OPEN: u8 = 0;
const CUT: u8 = 1;
const CLOSED: u8 = 2;

/// The state of one connection. Its connection's task owns it; the streams look.
#[derive(Debug)]
pub struct ConnState {
    state: AtomicU8,
    changed: Arc<Notify>,
    /// Streams that are open.
    streams: AtomicUsize,
    /// Calls that were cut, over all connections of the server.
    cut_calls: Arc<AtomicUsize>,
}

impl ConnState {
    pub(crate) fn new(cut_calls: Arc<AtomicUsize>) -> Self {
        Self {
            state: AtomicU8::new(OPEN),
            changed: Arc::new(Notify::new()),
            streams: AtomicUsize::new(0),
            cut_calls,
        }
    }

    /// Asks each call to end now, with a status that has the reason.
    pub(crate) fn cut(&self) {
        self.become_at_least(CUT);
    }

    /// Ends all streams: there is nobody left to write to.
    pub(crate) fn close(&self) {
        self.become_at_least(CLOSED);
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.state.load(Ordering::Acquire) >= CUT
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) == CLOSED
    }

    pub(crate) fn state(&self) -> u8 {
        self.state.load(Ordering::Acquire)
    }

    /// What wakes up a stream when the state changes.
    pub(crate) fn changed(&self) -> Arc<Notify> {
        Arc::clone(&self.changed)
    }

    pub(crate) fn count_cut(&self) {
        self.cut_calls.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether several streams are open, as far as this thread knows.
    pub(crate) fn is_shared(&self) -> bool {
        self.streams.load(Ordering::Relaxed) > 1
    }

    fn become_at_least(&self, state: u8) {
        // The state before the wake-up: whoever registers in between looks at the state after it has registered.
        self.state.fetch_max(state, Ordering::AcqRel);
        self.changed.notify_waiters();
    }
}

/// A stream that is open for as long as this lives.
#[derive(Debug)]
pub(crate) struct Open(Arc<ConnState>);

impl Open {
    pub(crate) fn on(conn: &Arc<ConnState>) -> Self {
        conn.streams.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(conn))
    }
}

impl std::ops::Deref for Open {
    type Target = ConnState;

    fn deref(&self) -> &ConnState {
        &self.0
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Closes it when the connection's task ends, in whatever way.
#[derive(Debug)]
pub(crate) struct CloseOnDrop(pub(crate) Arc<ConnState>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}
