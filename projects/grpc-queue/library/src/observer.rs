//! The interface through which a service counts what its streams do.

use std::time::Duration;

/// Observes what was sent on the streams. Called for every message: an implementation must be fast.
pub trait Observer: Send + Sync + 'static {
    /// Number of sentences that were enqueued. Called for some dozens at once: when the queue has no more events, or
    /// the stream ends.
    fn enqueued(&self, _sentences: u64) {}

    /// A sentence met a full queue.
    fn full(&self) {}

    /// A sentence was refused.
    fn refused(&self) {}

    /// A sentence was answered so long after it was enqueued on this stream; `None` where that was on another one.
    fn answered(&self, _after: Option<Duration>) {}

    /// The model gave up on a sentence.
    fn failed(&self, _after: Option<Duration>) {}
}

/// Counts nothing.
impl Observer for () {}
