//! The circuit breaker: when it opens, and what is done while it is open.

use std::time::Duration;

use fake_openai::Reply;
use proctor_harness::{Trial, Verdict};
use suite_kit::timeouts::EVENT_TIMEOUT;

use crate::fixture::{Does, Fixture};

/// Clocks and timers of two programs.
const ROUNDING: Duration = Duration::from_millis(10);
/// Settle time: how long a check waits for what must not come.
const SETTLE_TIME: Duration = Duration::from_millis(400);
/// The client may see a failure before the breaker does.
const HEARD: Duration = Duration::from_millis(100);
/// Time after which the breaker is still open. It is longer than the wait for a probe where the breaker opens briefly,
/// so that no hard-coded time fits both.
const STILL: Duration = Duration::from_millis(6500);
/// Open time of a breaker that isn't closed again by the end of the check.
const FOR_GOOD: Duration = Duration::from_secs(60);

/// GQ-5.15
pub(crate) fn opens(trial: &mut Trial<'_>) -> Verdict {
    const OPEN: Duration = Duration::from_millis(1200);
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that(|call| match call.number {
        1 => Does::status(500),
        2 => Does::new("no JSON", Reply::broken_json()),
        3 => Does::new("an answer that is cut off", Reply::cut_off("I see.")),
        4 => Does::status(503),
        _ => Does::answer(call),
    })?;
    let setup = fixture.server().with(&model).set("WORKERS", 2).set("BREAKER_FAILURES", 4);
    let server = setup.set("BREAKER_OPEN_MS", OPEN.as_millis()).start()?;
    let mut chat = server.chat()?;
    for number in 1..=4 {
        chat.enqueue(&fixture.words().sentence())?;
        chat.expect_failed(number)?;
    }
    let opened = model.expect(&server, "four calls", |calls| calls.len() >= 4)?[3].arrived;
    fixture.pause(HEARD);
    chat.enqueue(&fixture.words().sentence())?;
    // That one comes at all is another requirement's.
    model.comes_about(OPEN + EVENT_TIMEOUT, |calls| calls.len() > 4);
    let after = model.calls().get(4).map(|call| call.arrived.saturating_duration_since(opened));
    match after {
        Some(after) if after + ROUNDING < OPEN => {
            let open = OPEN.as_millis();
            let expected = format!("no attempt for {open} ms after four failed ones in a row");
            Err(server.failure(expected, format!("one after {} ms", after.as_millis())))
        }
        _ => Ok(()),
    }
}

/// GQ-5.16
pub(crate) fn success_begins_anew(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let failures = fixture.words().rng().usize(2..=4);
    // All but one in a row, twice, and both times a success.
    let model = fixture.model_that(move |call| match call.number % failures {
        0 => Does::answer(call),
        _ => Does::status(503),
    })?;
    let setup = fixture.server().with(&model).set("WORKERS", 1).set("BREAKER_FAILURES", failures);
    let server = setup.set("BREAKER_OPEN_MS", FOR_GOOD.as_millis()).start()?;
    let mut chat = server.chat()?;
    for (number, nth) in (1..).zip(1..=3 * failures) {
        chat.enqueue(&fixture.words().sentence())?;
        if nth.is_multiple_of(failures) {
            chat.answer_to(number)?;
        } else {
            chat.expect_failed(number)?;
        }
    }
    Ok(())
}

/// GQ-5.17
pub(crate) fn refusals_are_neutral(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let mut refusals = [400, 401, 404, 408, 409, 422, 429];
    fixture.words().rng().shuffle(&mut refusals);
    let statuses = [500, refusals[0], refusals[1], 500, refusals[2], refusals[3], 500];
    let model = fixture.model_that(move |call| match statuses.get(call.number - 1) {
        Some(&status) => Does::status(status),
        None => Does::answer(call),
    })?;
    let setup = fixture.server().with(&model).set("WORKERS", 1).set("BREAKER_FAILURES", 3);
    let server = setup.set("BREAKER_OPEN_MS", FOR_GOOD.as_millis()).start()?;
    let mut chat = server.chat()?;
    for number in (1..).take(statuses.len()) {
        chat.enqueue(&fixture.words().sentence())?;
        chat.expect_failed(number)?;
    }
    chat.enqueue(&fixture.words().sentence())?;
    if model.comes_about(SETTLE_TIME, |calls| calls.len() > statuses.len()) {
        let expected = "an open breaker after three failed attempts, with nothing but refusals in between";
        return Err(server.failure(expected, "another call"));
    }
    Ok(())
}

/// GQ-5.18
pub(crate) fn nothing_is_taken(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that(|_| Does::status(500))?;
    let capacity = fixture.words().rng().usize(2..=5);
    let setup = fixture.server().with(&model).set("WORKERS", 3).set("QUEUE_CAPACITY", capacity);
    let setup = setup.set("BREAKER_FAILURES", 2).set("BREAKER_OPEN_MS", FOR_GOOD.as_millis());
    let server = setup.start()?;
    let mut chat = server.chat()?;
    for number in 1..=2 {
        chat.enqueue(&fixture.words().sentence())?;
        chat.expect_failed(number)?;
    }
    fixture.pause(HEARD);
    for sentence in fixture.words().sentences(capacity) {
        chat.enqueue(&sentence)?;
    }
    fixture.pause(HEARD);
    chat.send(&fixture.words().sentence());
    chat.expect_full()?;
    if model.comes_about(STILL, |calls| calls.len() > 2) {
        let expected = format!("no call of the model with BREAKER_OPEN_MS={}", FOR_GOOD.as_millis());
        return Err(server.failure(expected, format!("one within {} s", STILL.as_secs_f64())));
    }
    Ok(())
}
