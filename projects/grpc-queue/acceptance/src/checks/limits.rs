//! The rate limit: our own, and the one in the replies of the model's API.

use std::time::{Duration, Instant};

use proctor_harness::{Trial, Verdict};

use crate::fixture::{ChatStream, Does, Fixture, Model, Served};

/// Clocks and timers of two programs.
const ROUNDING: Duration = Duration::from_millis(10);

/// GQ-5.13
pub(crate) fn attempts_keep_apart(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let step = fixture.words().pick(&[200, 250_u32]);
    let sentences = fixture.words().sentences(7);
    let unlucky = sentences[..4].to_vec();
    let model = fixture.model_that(move |call| match call.sentence() {
        Some(sentence) if call.attempt == 1 && unlucky.iter().any(|unlucky| unlucky == sentence) => {
            Does::status(500)
        }
        _ => Does::answer(call),
    })?;
    let setup = fixture.server().with(&model).set("WORKERS", 4).set("QUEUE_CAPACITY", 20);
    let setup = setup.set("RETRY_ATTEMPTS", 2).set("RETRY_BASE_MS", 20);
    let server = setup.set("RATE_LIMIT_PER_MINUTE", 60_000 / step).start()?;
    let mut chats = [server.chat()?, server.chat()?];
    let step = Duration::from_millis(step.into());
    burst(&server, &model, &mut chats, &sentences[..4], 8, step)?;
    // An idle limiter saves nothing up.
    fixture.pause(3 * step);
    burst(&server, &model, &mut chats, &sentences[4..], 3, step)
}

/// Expects this number of attempts, each at least this long after the one before. None can begin before the sentences
/// are sent: that bounds all of them, however long a call is on its way.
fn burst(
    server: &Served<'_>,
    model: &Model<'_>,
    chats: &mut [ChatStream<'_>],
    sentences: &[String],
    attempts: usize,
    step: Duration,
) -> Verdict {
    let (before, begun) = (model.calls().len(), Instant::now());
    let both = chats.len();
    for (turn, sentence) in sentences.iter().enumerate() {
        chats[turn % both].send(sentence);
    }
    let expected = format!("{attempts} calls of the model");
    let calls = model.expect(server, &expected, |calls| calls.len() >= before + attempts)?;
    let mut arrived: Vec<Instant> = calls[before..].iter().map(|call| call.arrived).collect();
    arrived.sort_unstable();
    for (steps, arrived) in (0_u32..).zip(arrived) {
        let (after, least) = (arrived.saturating_duration_since(begun), step * steps);
        if after + ROUNDING < least {
            let (limit, least) = (60_000 / step.as_millis(), least.as_millis());
            let expected =
                format!("with RATE_LIMIT_PER_MINUTE={limit}: attempt {} after {least} ms", steps + 1);
            return Err(server.failure(expected, format!("after {} ms", after.as_millis())));
        }
    }
    Ok(())
}

/// GQ-5.14
pub(crate) fn the_apis_limit_is_kept(trial: &mut Trial<'_>) -> Verdict {
    const REMAINING: &str = "x-ratelimit-remaining-requests";
    const RESET: &str = "x-ratelimit-reset-requests";
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that(|call| {
        let limited =
            |remaining: u32, reset| Does::answer(call).with(REMAINING, remaining).with(RESET, reset);
        match call.number {
            1 => limited(7, "6m0s"),
            2 => limited(0, "900ms"),
            3 => limited(0, "1s"),
            _ => limited(0, "1m0s"),
        }
    })?;
    let server = fixture.server().with(&model).set("WORKERS", 2).start()?;
    let mut chat = server.chat()?;
    let ms = Duration::from_millis;
    let steps = [(1, ms(0)), (2, ms(0)), (3, ms(900)), (4, ms(1000))];
    let mut last = Instant::now();
    for (number, least) in steps {
        let sentence = fixture.words().sentence();
        chat.enqueue(&sentence)?;
        chat.answer_to(number)?;
        let arrived = model.attempted(&server, &sentence, 1)?[0].arrived;
        let after = arrived.saturating_duration_since(last);
        if after + ROUNDING < least {
            let expected = format!("no attempt for {} ms after a reply that says so", least.as_millis());
            return Err(server.failure(expected, format!("one after {} ms", after.as_millis())));
        }
        last = arrived;
    }
    chat.enqueue(&fixture.words().sentence())?;
    if model.comes_about(ms(800), |calls| calls.len() > steps.len()) {
        return Err(server.failure("no attempt for a minute after a reply that says so", "one at once"));
    }
    Ok(())
}
