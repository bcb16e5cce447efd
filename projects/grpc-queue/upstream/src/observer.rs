//! What a service counts of its calls of the model.

use std::time::Duration;

use crate::{BreakerState, Outcome};

/// Hears of each attempt. Called on the way, in part with the breaker locked: an implementation must be quick, and
/// must not call back.
pub trait Observer: Send + Sync + 'static {
    /// An attempt has ended so, after so long. None is heard of one that was aborted.
    fn attempt(&self, _outcome: Outcome, _took: Duration) {}

    /// An attempt was allowed to begin, after so long a wait for breaker and rate limit.
    fn admitted(&self, _waited: Duration) {}

    /// A sentence will be tried again after this wait.
    fn retry(&self, _wait: Duration) {}

    /// The breaker is in this state now.
    fn breaker(&self, _state: BreakerState) {}
}

/// Counts nothing.
impl Observer for () {}
