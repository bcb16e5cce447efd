//! The half-open breaker: one attempt at a time, until one of them succeeds or fails.

use std::time::Duration;

use fake_openai::Call;
use proctor_harness::{Stop, Trial, Verdict};
use suite_kit::timeouts::EVENT_TIMEOUT;

use crate::fixture::{ChatStream, Does, Fixture, Model, Served};

/// Clocks and timers of two programs.
const ROUNDING: Duration = Duration::from_millis(10);
/// Settle time: how long a check waits for what must not come.
const SETTLE_TIME: Duration = Duration::from_millis(400);
/// The breaker's time where it doesn't matter.
const OPEN: Duration = Duration::from_millis(500);

/// GQ-5.19
pub(crate) fn only_one(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_waits()?;
    let setup = fixture.server().with(&model).set("WORKERS", 3).set("QUEUE_CAPACITY", 20);
    let setup = setup.set("RETRY_ATTEMPTS", 3).set("RETRY_BASE_MS", 40);
    let server = setup.set("BREAKER_FAILURES", 3).set("BREAKER_OPEN_MS", 800).start()?;
    let sentences = fixture.words().sentences(5);
    let mut chats = Vec::new();
    for sentence in &sentences[..3] {
        let mut chat = server.chat()?;
        chat.enqueue(sentence)?;
        model.asked(&server, sentence)?;
        chats.push(chat);
    }
    let mut waiting = server.chat()?;
    for sentence in &sentences[3..] {
        waiting.enqueue(sentence)?;
    }
    // Two sentences are tried again when the third failure opens the breaker; its own worker is free then. So two
    // attempts and a new sentence would all like to be the next.
    let first = model.calls();
    for call in &first[..2] {
        model.does(call, Does::status(500));
    }
    let again = model.expect(&server, "two more attempts", |calls| calls.len() >= 5)?;
    model.does(&first[2], Does::status(500).with("x-should-retry", "false"));
    chats[2].next_within(Duration::from_secs(1));
    for call in &again[3..5] {
        model.does(call, Does::status(500));
    }
    the_only_probe(&server, &model, 5, Duration::from_millis(800))?;
    Ok(())
}

/// GQ-5.20
pub(crate) fn success_closes_it(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that(|call| if call.number <= 2 { Does::status(500) } else { Does::held() })?;
    let workers = fixture.words().rng().usize(2..=4);
    let (server, mut chat) = open(&fixture, &model, 2, workers, OPEN)?;
    let sentences = fixture.words().sentences(workers + 2);
    for sentence in &sentences {
        chat.enqueue(sentence)?;
    }
    let probe = model.expect_within(OPEN + EVENT_TIMEOUT, &server, "a probe", |calls| calls.len() > 2)?;
    model.answers(&probe[2]);
    let expected = format!("{workers} calls at once after a probe that succeeded");
    let calls = model.expect(&server, &expected, |calls| calls.len() >= 3 + workers)?;
    for call in &calls[3..] {
        model.answers(call);
    }
    model.answers(&model.asked(&server, &sentences[workers + 1])?);
    for number in (3..).take(sentences.len()) {
        chat.answer_to(number)?;
    }
    Ok(())
}

/// GQ-5.21
pub(crate) fn failure_opens_it_again(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model =
        fixture.model_that(|call| if call.number <= 5 { Does::status(500) } else { Does::answer(call) })?;
    let open_for = Duration::from_millis(fixture.words().rng().u64(600..=900));
    let (server, mut chat) = open(&fixture, &model, 3, 2, open_for)?;
    for sentence in fixture.words().sentences(3) {
        chat.enqueue(&sentence)?;
    }
    for probe in [4, 5] {
        let expected =
            format!("a probe after the {} that failed", if probe == 4 { "attempts" } else { "probe" });
        model.expect_within(open_for + EVENT_TIMEOUT, &server, &expected, |calls| calls.len() >= probe)?;
        let expected = "another attempt, when that time has passed once more";
        let calls =
            model.expect_within(open_for + EVENT_TIMEOUT, &server, expected, |calls| calls.len() > probe)?;
        let after = calls[probe].arrived.saturating_duration_since(calls[probe - 1].arrived);
        if after + ROUNDING < open_for {
            let open_for = open_for.as_millis();
            let expected =
                format!("with BREAKER_OPEN_MS={open_for}: no attempt for so long after a probe that failed");
            return Err(server.failure(expected, format!("one after {} ms", after.as_millis())));
        }
    }
    Ok(())
}

/// GQ-5.22
pub(crate) fn refusal_says_nothing(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that(|call| if call.number <= 2 { Does::status(500) } else { Does::held() })?;
    let (server, mut chat) = open(&fixture, &model, 2, 3, OPEN)?;
    for sentence in fixture.words().sentences(6) {
        chat.enqueue(&sentence)?;
    }
    for (before, refusal) in [(2, 429), (3, 400)] {
        let probe = the_only_probe(&server, &model, before, OPEN)?;
        model.does(&probe, Does::status(refusal));
    }
    the_only_probe(&server, &model, 4, OPEN)?;
    Ok(())
}

/// A server whose breaker opens at once when these failures have been answered, as they are.
fn open<'s>(
    fixture: &'s Fixture<'_>,
    model: &Model<'_>,
    failures: u32,
    workers: usize,
    open_for: Duration,
) -> Result<(Served<'s>, ChatStream<'s>), Stop> {
    let setup = fixture.server().with(model).set("WORKERS", workers).set("QUEUE_CAPACITY", 20);
    let setup = setup.set("BREAKER_FAILURES", failures).set("BREAKER_OPEN_MS", open_for.as_millis());
    let server = setup.start()?;
    let mut chat = server.chat()?;
    for number in 1..=failures {
        chat.enqueue(&fixture.words().sentence())?;
        chat.expect_failed(number)?;
    }
    Ok((server, chat))
}

/// Expects one call more than this number, and no other while it waits.
fn the_only_probe(
    server: &Served<'_>,
    model: &Model<'_>,
    before: usize,
    open_for: Duration,
) -> Result<Call, Stop> {
    let within = open_for + EVENT_TIMEOUT;
    let calls = model.expect_within(within, server, "an attempt as a probe", |calls| calls.len() > before)?;
    if model.comes_about(SETTLE_TIME, |calls| calls.len() > before + 1) {
        let others = model.calls().len() - before - 1;
        return Err(server.failure("no other attempt until the probe has ended", format!("{others} more")));
    }
    Ok(calls[before].clone())
}
