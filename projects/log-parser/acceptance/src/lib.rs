//! The log parser's suite: one check for each requirement of the brief, and the mutants that prove each check.
//!
//! Every log is built line by line, and each line is built to be of one class: that is the oracle. Nothing here
//! parses a log, and nothing here knows the reference.
//!
//! ```
//! use log_parser_acceptance::EXERCISE;
//!
//! assert_eq!(EXERCISE.checks.len(), EXERCISE.brief.matches("- **LP-").count());
//! ```

mod ask;
mod checks;
mod judgement;
mod line;
mod log;
pub mod mutants;
mod record;
mod refusal;
mod traffic;

use proctor_harness::{Exercise, ExerciseNeed, Level, Need};

/// The log parser, for `proctor` and for this crate's own program.
pub static EXERCISE: Exercise = Exercise {
    name: "log-parser",
    title: "count one API request in access logs, and account for every line",
    brief: include_str!("../../README.md"),
    levels: &[
        Level { number: 1, title: "count one request" },
        Level { number: 2, title: "without ourselves and without bots" },
        Level { number: 3, title: "the real world" },
    ],
    checks: checks::ALL,
    needs: &[
        ExerciseNeed {
            need: Need::Program {
                name: "python3",
                version: "--version",
                install: "install Python 3 with the system's package manager",
            },
            without: "the solution in Python can't be judged",
        },
        ExerciseNeed {
            need: Need::Program {
                name: "awk",
                version: "-Wversion",
                install: "install mawk with the system's package manager",
            },
            without: "the solution in awk can't be judged",
        },
    ],
};
