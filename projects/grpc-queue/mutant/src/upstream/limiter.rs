//! The rate limit: attempts begin so far apart, and not before the API allows another.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use grpc_queue_acceptance::mutants::Defect;
use tokio::time::Instant;

use crate::Wrong;

/// When the next attempt may begin. Shared by all workers.
#[derive(Debug)]
pub(super) struct Limiter {
    /// Locked for a look only.
    next: Mutex<Instant>,
    step: Duration,
    wrong: Wrong,
}

impl Limiter {
    /// A limit of this many attempts a minute; 0: no limit.
    pub(super) fn new(per_minute: u32, wrong: Wrong) -> Self {
        let limit = if wrong.is(Defect::NoLimit) { 0 } else { per_minute };
        let step = Duration::from_secs(60).checked_div(limit).unwrap_or_default();
        Self { next: Mutex::new(Instant::now()), step, wrong }
    }

    /// Waits until an attempt may begin, and takes its turn.
    pub(super) async fn turn(&self) {
        while let Some(later) = self.try_turn() {
            tokio::time::sleep_until(later).await;
        }
    }

    /// None where it may begin now, else when.
    fn try_turn(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if *next > now {
            return Some(*next);
        }
        // After an idle time more calls may begin at once, in the mutant that saves up.
        let saved = if self.wrong.is(Defect::LimitSavesUp) { 3 * self.step } else { Duration::ZERO };
        *next = (*next).max(now.checked_sub(saved).unwrap_or(now)) + self.step;
        None
    }

    /// None may begin for this time.
    pub(super) fn close(&self, time: Duration) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        *next = (*next).max(Instant::now() + time);
    }
}
