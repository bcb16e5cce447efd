//! How a failing model is handled, as configured in the environment.

use std::time::Duration;

use grpc_queue_acceptance::mutants::Defect;

use super::{milliseconds, number};
use crate::Wrong;

/// Retries, the rate limit and the breaker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// How often a sentence is tried in all.
    pub(crate) attempts: u32,
    /// The wait before the second attempt.
    pub(crate) base: Duration,
    /// How many calls may begin in a minute; 0: any number.
    pub(crate) per_minute: u32,
    /// Number of failed calls in a row that open the breaker.
    pub(crate) failures: u32,
    /// Open time of the breaker.
    pub(crate) open: Duration,
}

impl Policy {
    pub(super) fn read(wrong: Wrong) -> Result<Self, String> {
        Ok(Self {
            attempts: match number("RETRY_ATTEMPTS", 3, 1..=u32::MAX) {
                Err(_) if wrong.is(Defect::AttemptsUnchecked) => 3,
                attempts => attempts?,
            },
            base: milliseconds("RETRY_BASE_MS", 500, 0)?,
            per_minute: match number("RATE_LIMIT_PER_MINUTE", 0, 0..=u32::MAX) {
                Err(_) if wrong.is(Defect::RateUnchecked) => 0,
                limit => limit?,
            },
            failures: match number("BREAKER_FAILURES", 5, 1..=u32::MAX) {
                Err(_) if wrong.is(Defect::BreakerUnchecked) => 5,
                failures => failures?,
            },
            open: match milliseconds("BREAKER_OPEN_MS", 10_000, 0)? {
                _ if wrong.is(Defect::OpenByHeart) => Duration::from_secs(3),
                open => open,
            },
        })
    }
}
