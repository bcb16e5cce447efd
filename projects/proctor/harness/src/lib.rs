//! Starts a solution, judges it from the outside, level by level, and reports.
//!
//! Knows no exercise: those link this crate and hand it an [`Exercise`].

mod brief;
mod calibration;
mod doctor;
mod escape;
mod exercise;
mod folder;
mod interrupt;
mod interviewer;
mod judge;
mod process;
mod program;
mod report;
mod shell;
mod shrink;
#[cfg(test)]
mod skipped;
mod solution;
mod syscall;
mod trial;
mod verdict;

pub use brief::{Requirement, faults, requirements};
pub use exercise::{Check, Exercise, ExerciseNeed, Level};
pub use interviewer::{guide_faults, hint_faults};
pub use judge::{DEFAULT_SEED, JudgeError, Options, judge, judge_solution};
pub use needs::Need;
pub use process::containment::{Containment, containment};
pub use program::program;
pub use report::{Judged, Outcome, Report, Tally};
pub use shrink::shrink;
pub use solution::{BuildError, Solution, SolutionError};
pub use trial::{Ending, Finished, Invocation, Server, Signal, Trial};
pub use verdict::{Failure, Input, Limit, Stop, Verdict};
