//! Starts a solution, judges it from the outside, level by level, and reports.
//!
//! Knows no exercise: those link this crate and hand it an [`Exercise`].

mod exercise;
mod trial;
mod verdict;

pub use exercise::{Check, Exercise, Level, Need, Resource};
pub use trial::{Ending, Finished, Invocation, Trial};
pub use verdict::{Failure, Stop, Verdict};
