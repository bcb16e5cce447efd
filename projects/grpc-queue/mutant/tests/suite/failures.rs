//! What a person reads about a failure is enough to find the cause.

use std::path::Path;

use grpc_queue_acceptance::EXERCISE;
use proctor_harness::{Judged, Options, Solution, judge_solution};

/// The mutant whose queue is a stream's own, and so never full for others.
const QUEUE_PER_STREAM: [&str; 3] = [env!("CARGO_BIN_EXE_grpc-queue-mutant"), "--defect", "queue-per-stream"];

#[test]
fn failure_on_a_stream_shows_what_was_sent_and_received() {
    let solution = Solution::new(Path::new("."), 2, QUEUE_PER_STREAM);
    let check = Some("streams-share-the-queue".to_owned());
    let options = Options { shrink: false, check, ..Options::default() };
    let mut outcomes = judge_solution(&EXERCISE, &solution, &options).unwrap().outcomes;
    let Some(Judged::Failed(failure)) = outcomes.pop().map(|outcome| outcome.result) else {
        panic!("{outcomes:?}")
    };
    assert_eq!(failure.expected, "on stream C: the acknowledgement \"queue is full!\"");
    let (actual, transcript) = failure.actual.split_once('\n').unwrap();
    assert_eq!(actual, "\"enqueued\"");
    let last: Vec<&str> = transcript.lines().rev().take(2).collect();
    assert!(last[0].ends_with("C ← \"enqueued\"") && last[1].contains("C → \"I feel"), "{transcript}");
    assert!(failure.command.as_ref().unwrap().contains("QUEUE_CAPACITY="), "{:?}", failure.command);
}
