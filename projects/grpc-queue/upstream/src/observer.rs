//! The interface through which a service counts its calls of the model.

use std::time::Duration;

use crate::{BreakerState, Outcome};

/// Observes each attempt. Called in line, in part with the breaker locked: an implementation must be fast, and must
/// not call back.
pub trait Observer: Send + Sync + 'static {
    /// An attempt has ended with this outcome, after this time. Not called for an attempt that was aborted.
    fn attempt(&self, _outcome: Outcome, _took: Duration) {}

    /// An attempt was allowed to begin, after this wait for breaker and rate limit.
    fn admitted(&self, _waited: Duration) {}

    /// A sentence will be tried again after this wait.
    fn retry(&self, _wait: Duration) {}

    /// The breaker is in this state now.
    fn breaker(&self, _state: BreakerState) {}
}

/// Counts nothing.
impl Observer for () {}
