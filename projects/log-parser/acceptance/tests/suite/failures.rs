//! What a person reads about a failure is enough to find the cause.

use std::path::Path;

use log_parser_acceptance::EXERCISE;
use proctor_harness::{Failure, Judged, Options, Solution, judge_solution};

/// As an interpreter ends that doesn't find its script, or can't read it.
const CANNOT_START: &str = "echo 'no such script' >&2; exit 1";

#[test]
fn every_failure_of_a_program_that_complains_shows_exit_code_and_complaint() {
    let failures = failures_of(CANNOT_START, 3);
    assert!(failures.len() > 50, "{} failures", failures.len());
    for (check, failure) in failures {
        let actual = &failure.actual;
        assert!(actual.contains("exit code 1") || actual.contains("no such script"), "{check}: {actual}");
        assert_eq!(failure.stderr.as_deref(), Some(&b"no such script\n"[..]), "{check}");
    }
}

/// The checks that a shell script fails, with what is said about each.
fn failures_of(script: &str, level: u8) -> Vec<(&'static str, Failure)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let solution = Solution::new(folder, level, ["sh", "-c", script]);
    let options = Options { shrink: false, ..Options::default() };
    let outcomes = judge_solution(&EXERCISE, &solution, &options).unwrap().outcomes;
    let failure = |judged| match judged {
        Judged::Failed(failure) => Some(*failure),
        _ => None,
    };
    outcomes.into_iter().filter_map(|outcome| Some((outcome.check, failure(outcome.result)?))).collect()
}
