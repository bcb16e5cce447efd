//! Checks × mutants: each mutant fails the one check that is there for it, and nothing else at that level or below. Each
//! is a test of its own: `cargo test --test log-parser-mutants level_1::path-prefix`.

use std::path::Path;
use std::process::ExitCode;

use log_parser_acceptance::EXERCISE;
use log_parser_acceptance::mutants::{Defect, SCRIPTS};
use proctor_harness::DEFAULT_SEED;
use suite_kit::mutants::{Honest, Mutant, Plan, Script, run};

/// The program with a switch for each mutant.
const MUTANT: &str = env!("CARGO_BIN_EXE_log-parser-mutant");

/// The one check that takes a second, for half a gigabyte: it is read by the honest program and by the mutant that takes
/// it into memory, not by all the others as well.
const SLOW: [&str; 1] = ["giant-line"];

/// Measured on two cores: what is judged mostly waits for processes.
const AT_A_TIME: usize = 3;

fn main() -> ExitCode {
    let honest = |seed, light| Honest { levels: (1, 3), seed, light };
    let others = (1..=5).map(|seed| honest(seed, true));
    let script = |&mutant: &Mutant| Script {
        mutant,
        folder: Path::new(env!("CARGO_MANIFEST_DIR")).join("mutants").join(mutant.name),
        run: vec!["./count", MUTANT],
    };
    run(Plan {
        exercise: &EXERCISE,
        program: MUTANT,
        mutants: Defect::TABLE,
        scripts: SCRIPTS.iter().map(script).collect(),
        honest: std::iter::once(honest(DEFAULT_SEED, false)).chain(others).collect(),
        levels_below: u8::MAX,
        slow: &SLOW,
        ignored_from: None,
        at_a_time: AT_A_TIME,
        jobs: 2,
    })
}
