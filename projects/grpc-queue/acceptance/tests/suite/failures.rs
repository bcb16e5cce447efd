//! What a person reads about a failure is enough to find the cause.

use std::path::Path;
use std::process::Command;

use grpc_queue_acceptance::EXERCISE;
use proctor_harness::{Failure, Judged, Options, Solution, judge_solution};

/// As an interpreter ends that doesn't find its script.
const CANNOT_START: &str = "echo 'no such script' >&2; exit 1";
/// The mutant, with a queue that never says that it is full.
const NEVER_FULL: [&str; 3] = [env!("CARGO_BIN_EXE_grpc-queue-mutant"), "--defect", "queue-per-stream"];

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
fn failure_on_a_stream_shows_what_was_sent_and_received() {
    let failures = failures_of(&NEVER_FULL, 2, Some("streams-share-the-queue"));
    let [(_, failure)] = failures.as_slice() else { panic!("{failures:?}") };
    assert_eq!(failure.expected, "on stream C: the acknowledgement \"queue is full!\"");
    let (actual, transcript) = failure.actual.split_once('\n').unwrap();
    assert_eq!(actual, "\"enqueued\"");
    let last: Vec<&str> = transcript.lines().rev().take(2).collect();
    assert!(last[0].ends_with("C ← \"enqueued\"") && last[1].contains("C → \"I feel"), "{transcript}");
    assert!(failure.command.as_ref().unwrap().contains("QUEUE_CAPACITY="), "{:?}", failure.command);
}

#[test]
fn what_the_person_who_judges_has_set_reaches_no_server() {
    let folder = tempfile::tempdir().unwrap();
    let toml = format!("exercise = \"grpc-queue\"\nlevel = 1\nrun = [{:?}]\n", NEVER_FULL[0]);
    std::fs::write(folder.path().join("proctor.toml"), toml).unwrap();
    let mut judge = Command::new(env!("CARGO_BIN_EXE_grpc-queue-acceptance"));
    judge
        .arg("verify")
        .arg(folder.path())
        .args(["--check", "say-over-grpc"])
        .env("QUEUE_URL", "nowhere")
        .env("WORKERS", "many");
    let judged = judge.output().unwrap();
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stdout));
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
