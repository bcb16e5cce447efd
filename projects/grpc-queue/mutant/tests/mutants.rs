//! Checks × mutants: each mutant fails the one check that is there for it, and nothing else at that level or the one
//! below. Each is a test of its own: `cargo test --test grpc-queue-mutants level_2::full-is-kept`.
//!
//! `MUTANTS=whole` judges each by all levels below, the slow checks too: that takes three times as long. `MUTANTS=own`
//! judges each by its own check alone.

use std::process::ExitCode;

use grpc_queue_acceptance::EXERCISE;
use grpc_queue_acceptance::mutants::Defect;
use suite_kit::mutants::{Honest, Plan, run};

/// Checks that wait for seconds for what must not come.
const SLOW: [&str; 3] =
    ["late-calls-have-failed", "shutdown-answers-what-is-owed", "an-open-breaker-takes-nothing"];

/// Measured on two cores: what is judged mostly waits, for servers and for what must not come.
const AT_A_TIME: usize = 6;

fn main() -> ExitCode {
    let honest = |seed| [(1, 2), (3, 4), (5, 5), (6, 6)].map(|levels| Honest { levels, seed, light: false });
    run(Plan {
        exercise: &EXERCISE,
        program: env!("CARGO_BIN_EXE_grpc-queue-mutant"),
        mutants: Defect::TABLE,
        scripts: Vec::new(),
        honest: [honest(proctor_harness::DEFAULT_SEED), honest(7)].concat(),
        levels_below: 1,
        slow: &SLOW,
        ignored_from: Some((6, "needs Postgres: make verify LANES=services")),
        at_a_time: AT_A_TIME,
        jobs: 4,
    })
}
