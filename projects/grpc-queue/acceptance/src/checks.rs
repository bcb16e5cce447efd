//! All checks in the order of the brief, one for each requirement.

mod answers;
mod asking;
mod breaker;
mod comings;
mod converse;
mod cuts;
mod durable;
mod environment;
mod errors;
mod failures;
mod gone;
mod introduce;
mod limits;
mod pool;
mod probe;
mod queue;
mod refusals;
mod replicas;
mod retries;
mod say;
mod settings;
mod shutdown;
mod strangers;
mod waits;

use std::time::Duration;

use proctor_harness::{Check, Need, Trial, Verdict};

/// What the checks of level 6 keep their queue in.
const POSTGRES: &[Need] = &[Need::POSTGRES];

/// Every check of the exercise.
pub(crate) const ALL: &[Check] = &[
    // Level 1.
    check("say-over-grpc", "GQ-1.1", say::over_grpc),
    check("say-over-grpc-web", "GQ-1.2", say::over_grpc_web),
    check("say-in-json", "GQ-1.3", say::in_json),
    check("say-in-protobuf", "GQ-1.4", say::in_protobuf),
    check("say-by-get", "GQ-1.5", say::by_get),
    check("gzip-is-read", "GQ-1.6", say::compressed),
    check("unknown-procedure", "GQ-1.7", errors::unknown_procedure),
    check("unreadable-json", "GQ-1.8", errors::unreadable_json),
    check("converse-answers-each", "GQ-1.9", converse::answers_each),
    check("goodbye-ends-it", "GQ-1.10", converse::goodbye),
    check("goodbye-inside-is-none", "GQ-1.11", converse::no_goodbye),
    check("converse-ends-with-the-client", "GQ-1.12", converse::ends_with_the_client),
    check("converse-on-http2", "GQ-1.13", converse::on_http2),
    check("introduce-names", "GQ-1.14", introduce::names),
    check("introduce-anonymous", "GQ-1.15", introduce::anonymous),
    check("reflection-and-health", "GQ-1.16", strangers::reflection_and_health),
    check("any-origin", "GQ-1.17", strangers::any_origin),
    refusals("bad-address-is-refused", "GQ-1.18", environment::bad_address),
    // Level 2.
    check("room-is-enqueued", "GQ-2.1", queue::room_is_enqueued),
    check("full-is-refused", "GQ-2.2", queue::full_is_refused),
    check("capacity-is-kept", "GQ-2.3", queue::capacity_is_kept),
    check("each-is-acknowledged-once", "GQ-2.4", queue::each_is_acknowledged_once),
    check("full-stays-open", "GQ-2.5", queue::full_stays_open),
    check("streams-share-the-queue", "GQ-2.6", queue::streams_share_it),
    check("end-frees-places", "GQ-2.7", queue::end_frees_places),
    check("gone-frees-places", "GQ-2.8", queue::gone_frees_places),
    check("blank-is-refused", "GQ-2.9", refusals::blank),
    check("long-is-refused", "GQ-2.10", refusals::long),
    check("queue-on-http2", "GQ-2.11", queue::on_http2),
    refusals("bad-queue-is-refused", "GQ-2.12", environment::bad_queue),
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
    refusals("bad-model-settings-are-refused", "GQ-3.16", settings::of_the_model),
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
    refusals("bad-drain-is-refused", "GQ-4.11", settings::of_the_shutdown),
    // Level 5.
    check("failures-are-followed", "GQ-5.1", retries::failures_are_followed),
    check("attempts-are-counted", "GQ-5.2", retries::attempts_are_counted),
    check("refusals-for-good-are-final", "GQ-5.3", retries::refusals_for_good_are_final),
    check("waits-double", "GQ-5.4", waits::waits_double),
    check("waits-differ", "GQ-5.5", waits::waits_differ),
    check("seconds-are-waited", "GQ-5.6", waits::seconds_are_waited),
    check("dates-are-waited-for", "GQ-5.7", waits::dates_are_waited_for),
    check("milliseconds-go-first", "GQ-5.8", waits::milliseconds_go_first),
    check("the-reply-may-know-better", "GQ-5.9", retries::the_reply_may_know_better),
    check("absurd-waits-are-refused", "GQ-5.10", retries::absurd_waits_are_refused),
    check("attempts-share-a-key", "GQ-5.11", retries::attempts_share_a_key),
    check("the-gone-are-not-tried-again", "GQ-5.12", retries::the_gone_are_not_tried_again),
    check("attempts-keep-apart", "GQ-5.13", limits::attempts_keep_apart),
    check("the-apis-limit-is-kept", "GQ-5.14", limits::the_apis_limit_is_kept),
    check("failures-open-the-breaker", "GQ-5.15", breaker::opens),
    check("success-begins-anew", "GQ-5.16", breaker::success_begins_anew),
    check("refusals-are-neutral", "GQ-5.17", breaker::refusals_are_neutral),
    check("an-open-breaker-takes-nothing", "GQ-5.18", breaker::nothing_is_taken),
    check("only-one-probe", "GQ-5.19", probe::only_one),
    check("a-good-probe-closes", "GQ-5.20", probe::success_closes_it),
    check("a-failed-probe-opens-again", "GQ-5.21", probe::failure_opens_it_again),
    check("a-refused-probe-is-followed", "GQ-5.22", probe::refusal_says_nothing),
    refusals("bad-retries-are-refused", "GQ-5.23", settings::of_the_retries),
    // Level 6.
    check("a-kill-is-survived", "GQ-6.1", durable::survives_a_kill).needs(POSTGRES),
    check("what-was-sent-stays-sent", "GQ-6.2", durable::what_was_sent_stays_sent).needs(POSTGRES),
    check("what-was-missed-is-sent", "GQ-6.3", durable::what_was_missed_is_sent).needs(POSTGRES),
    check("numbers-go-on", "GQ-6.4", durable::numbers_go_on).needs(POSTGRES),
    check("programs-share-the-work", "GQ-6.5", replicas::share_the_work).needs(POSTGRES),
    check("programs-share-the-places", "GQ-6.6", replicas::share_the_places).needs(POSTGRES),
    check("programs-keep-the-order", "GQ-6.7", replicas::keep_the_order).needs(POSTGRES),
    check("the-frozen-lose-their-sentence", "GQ-6.8", replicas::the_frozen_lose).needs(POSTGRES),
    check("only-the-nameless-free-places", "GQ-6.9", comings::only_the_nameless_free_places).needs(POSTGRES),
    check("the-newest-stream-has-it", "GQ-6.10", comings::the_newest_stream_has_it).needs(POSTGRES),
    check("cut-connections-lose-nothing", "GQ-6.11", cuts::nothing_is_lost).needs(POSTGRES),
    refusals("bad-queue-url-is-refused", "GQ-6.12", settings::of_the_database),
];

/// A check with the deadline that most of them share: some start the program several times, and wait out what must
/// not come.
const fn check(name: &'static str, requirement: &'static str, run: fn(&mut Trial<'_>) -> Verdict) -> Check {
    Check::new(name, requirement, Duration::from_secs(60), run)
}

/// A check that starts the program for each of up to a dozen wrong values.
const fn refusals(
    name: &'static str,
    requirement: &'static str,
    run: fn(&mut Trial<'_>) -> Verdict,
) -> Check {
    Check { deadline: Duration::from_secs(120), ..check(name, requirement, run) }
}
