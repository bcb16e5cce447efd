//! All checks in the order of the brief, one for each requirement.

mod answers;
mod asking;
mod failures;
mod gone;
mod pool;
mod queue;
mod say;
mod settings;
mod shutdown;

use std::time::Duration;

use proctor_harness::{Check, Trial, Verdict};

/// Every check of the exercise.
pub(crate) const ALL: &[Check] = &[
    // Level 1.
    check("say-over-grpc", "GQ-1.1", say::over_grpc),
    // Level 2.
    check("room-is-enqueued", "GQ-2.1", queue::room_is_enqueued),
    // Level 3.
    check("the-sentence-is-asked", "GQ-3.1", asking::the_sentence),
    check("the-key-is-sent", "GQ-3.2", asking::the_key),
    check("the-prompt-is-first", "GQ-3.3", asking::the_prompt),
    check("the-first-choice-is-sent", "GQ-3.4", asking::the_answer),
    check("acknowledged-before-answered", "GQ-3.5", answers::after_the_acknowledgement),
    check("taken-waits-no-longer", "GQ-3.6", answers::take_no_place),
    check("every-sentence-is-numbered", "GQ-3.7", answers::every_sentence_is_numbered),
    check("answers-on-their-own-stream", "GQ-3.8", answers::on_their_own_stream),
    check("owed-after-half-close", "GQ-3.9", answers::owed_after_half_close),
    check("calls-of-the-gone-are-aborted", "GQ-3.10", gone::calls_are_aborted),
    check("the-gone-are-not-asked-for", "GQ-3.11", gone::waiting_sentences_are_never_asked),
    check("refused-by-the-model", "GQ-3.12", failures::refused_by_the_model),
    check("late-calls-have-failed", "GQ-3.13", failures::late),
    check("unreadable-has-failed", "GQ-3.14", failures::unreadable),
    check("the-key-is-kept", "GQ-3.15", failures::the_key_is_kept),
    check("bad-model-settings-are-refused", "GQ-3.16", settings::of_the_model),
    // Level 4.
    check("no-more-calls-than-workers", "GQ-4.1", pool::no_more_than_workers),
    check("as-many-calls-as-workers", "GQ-4.2", pool::as_many_as_workers),
    check("answers-in-order", "GQ-4.3", pool::in_the_order_of_sentences),
    check("slow-answers-hold-up-nobody-else", "GQ-4.4", pool::slow_answers_hold_up_nobody_else),
    check("short-streams-are-not-starved", "GQ-4.5", pool::short_streams_are_not_starved),
    check("no-worker-is-lost", "GQ-4.6", pool::no_worker_is_lost),
    check("shutdown-answers-what-is-owed", "GQ-4.7", shutdown::acknowledged_is_answered),
    check("shutdown-admits-nothing", "GQ-4.8", shutdown::nothing_is_admitted),
    check("shutdown-ends-in-time", "GQ-4.9", shutdown::ends_in_time),
    check("second-signal-ends-it", "GQ-4.10", shutdown::second_signal_ends_it),
    check("bad-drain-is-refused", "GQ-4.11", settings::of_the_shutdown),
    // Level 5.
    // Level 6.
];

/// A check with the deadline that all of them share: some start the program several times, and wait out what must
/// not come.
const fn check(name: &'static str, requirement: &'static str, run: fn(&mut Trial<'_>) -> Verdict) -> Check {
    Check { name, requirement, deadline: Duration::from_secs(60), run }
}
