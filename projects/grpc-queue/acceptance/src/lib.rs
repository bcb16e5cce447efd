//! The gRPC queue's suite: one check for each requirement of the brief, and the mutants that prove each check.
//!
//! The judged server is spoken to over the wire alone, with a client of the suite's own: nothing here knows the
//! reference or a library that it is built on.
//!
//! ```
//! use grpc_queue_acceptance::EXERCISE;
//!
//! assert_eq!(EXERCISE.checks.len(), EXERCISE.brief.matches("- **GQ-").count());
//! ```

mod checks;
mod environment;
mod fixture;
pub mod mutants;
mod refusal;
mod wire;
mod words;

use proctor_harness::{Exercise, ExerciseNeed, Level, Need};

/// The gRPC queue, for `proctor` and for this crate's own program.
pub static EXERCISE: Exercise = Exercise {
    name: "grpc-queue",
    title: "put a bounded queue and a pool of workers between gRPC streams and a model's API",
    brief: include_str!("../../README.md"),
    levels: &[
        Level { number: 1, title: "Eliza on three protocols" },
        Level { number: 2, title: "the queue" },
        Level { number: 3, title: "the model" },
        Level { number: 4, title: "the pool" },
        Level { number: 5, title: "a model that fails" },
        Level { number: 6, title: "past one process" },
    ],
    checks: checks::ALL,
    needs: &[ExerciseNeed { need: Need::POSTGRES, without: "level 6 can't be judged" }],
};
