//! What a service counts of its streams.

use std::time::Duration;

/// Hears what was sent on the streams. Called on the way of every message: an implementation must be quick.
pub trait Observer: Send + Sync + 'static {
    /// So many sentences were enqueued. Told for some dozens at once: when the queue has nothing more to say, or the
    /// stream ends.
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
