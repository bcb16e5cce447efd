//! What a person reads about a failure is enough to find the cause.

use std::path::Path;
use std::process::Command;

use grpc_queue_acceptance::EXERCISE;
use proctor_harness::{Failure, Judged, Options, Solution, judge_solution};

/// As an interpreter ends that doesn't find its script.
const CANNOT_START: &str = "echo 'no such script' >&2; exit 1";

#[test]
fn every_failure_of_a_program_that_complains_shows_exit_code_and_complaint() {
    let failures = failures_of(&["sh", "-c", CANNOT_START], 6, None);
    assert!(failures.len() > 70, "{} failures", failures.len());
    for (check, failure) in failures {
        assert!(failure.actual.contains("exited with 1"), "{check}: {}", failure.actual);
        assert_eq!(failure.stderr.as_deref(), Some(&b"no such script\n"[..]), "{check}");
    }
}

#[test]
fn what_the_person_who_judges_has_set_reaches_no_server() {
    let folder = tempfile::tempdir().unwrap();
    // It prints what it sees, and ends: the failure shows that.
    let script = "echo LISTEN_ADDR=$LISTEN_ADDR QUEUE_URL=$QUEUE_URL WORKERS=$WORKERS. >&2; exit 1";
    let toml = format!("exercise = \"grpc-queue\"\nlevel = 1\nrun = [\"sh\", \"-c\", {script:?}]\n");
    std::fs::write(folder.path().join("proctor.toml"), toml).unwrap();
    let mut judge = Command::new(env!("CARGO_BIN_EXE_grpc-queue-acceptance"));
    judge
        .arg("verify")
        .arg(folder.path())
        .args(["--check", "say-over-grpc"])
        .env("QUEUE_URL", "nowhere")
        .env("WORKERS", "many");
    let said = String::from_utf8(judge.output().unwrap().stdout).unwrap();
    assert!(said.contains("LISTEN_ADDR=127.0.0.1:") && said.contains("QUEUE_URL= WORKERS=."), "{said}");
}

/// The checks that a program fails, with what is said about each.
fn failures_of(run: &[&str], level: u8, check: Option<&str>) -> Vec<(&'static str, Failure)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let solution = Solution::new(folder, level, run.iter().copied());
    let options = Options { shrink: false, jobs: 4, check: check.map(str::to_owned), ..Options::default() };
    let outcomes = judge_solution(&EXERCISE, &solution, &options).unwrap().outcomes;
    let failure = |judged| match judged {
        Judged::Failed(failure) => Some(*failure),
        _ => None,
    };
    outcomes.into_iter().filter_map(|outcome| Some((outcome.check, failure(outcome.result)?))).collect()
}
