//! All checks in the order of the brief, one for each requirement.

mod queue;
mod say;

use std::time::Duration;

use proctor_harness::{Check, Trial, Verdict};

/// Every check of the exercise.
pub(crate) const ALL: &[Check] = &[
    // Level 1.
    check("say-over-grpc", "GQ-1.1", say::over_grpc),
    // Level 2.
    check("room-is-enqueued", "GQ-2.1", queue::room_is_enqueued),
    // Level 3.
    // Level 4.
    // Level 5.
    // Level 6.
];

/// A check with the deadline that all of them share: some start the program several times, and wait out what must
/// not come.
const fn check(name: &'static str, requirement: &'static str, run: fn(&mut Trial<'_>) -> Verdict) -> Check {
    Check { name, requirement, deadline: Duration::from_secs(60), run }
}
