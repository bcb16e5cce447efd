//! Attempts: which are followed by another, how many there are, and what identifies the attempts at a sentence.

use std::time::Duration;

use fake_openai::{Call, Reply};
use proctor_harness::{Stop, Trial, Verdict};

use crate::fixture::{Does, Fixture, Model, Served, Setup, answer_to};

/// Settle time: how long a check waits for attempts that must not come; they would within a fraction of it.
const SETTLE_TIME: Duration = Duration::from_millis(300);

/// A server with retries that come soon, and one worker.
fn quick<'s>(fixture: &'s Fixture<'_>, model: &Model<'_>, attempts: usize) -> Setup<'s> {
    fixture.server().with(model).set("WORKERS", 1).set("RETRY_ATTEMPTS", attempts).set("RETRY_BASE_MS", 30)
}

/// GQ-5.1
pub(crate) fn failures_are_followed(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let mut troubles = vec![
        Does::new("no reply at all", Reply::hang()),
        Does::new("a connection that breaks", Reply::drop_connection()),
        Does::new("no JSON", Reply::broken_json()),
        Does::new("no choice", Reply::no_choice()),
        Does::new("an answer that is cut off", Reply::cut_off("I see.")),
    ];
    troubles.extend([408, 409, 429, 500, 502, 503, 504].map(Does::status));
    fixture.words().rng().shuffle(&mut troubles);
    let mut first = troubles.clone().into_iter();
    let model = fixture.model_that(move |call| match call.attempt {
        1 => first.next().unwrap_or_else(Does::held),
        _ => Does::answer(call),
    })?;
    let server = quick(&fixture, &model, 3).set("UPSTREAM_TIMEOUT_MS", 1500).start()?;
    let mut chat = server.chat()?;
    for number in (1..).take(troubles.len()) {
        let sentence = fixture.words().sentence();
        chat.enqueue(&sentence)?;
        chat.expect_answer(number, &answer_to(&sentence))?;
    }
    chat.half_close();
    chat.expect_ok()
}

/// GQ-5.2
pub(crate) fn attempts_are_counted(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let several = fixture.words().rng().usize(2..=4);
    for attempts in [1, several] {
        let mut rng = fixture.words().rng().fork();
        let model = fixture.model_that(move |_| Does::status(if rng.bool() { 503 } else { 429 }))?;
        let server = quick(&fixture, &model, attempts).start()?;
        let mut chat = server.chat()?;
        let sentence = fixture.words().sentence();
        chat.enqueue(&sentence)?;
        chat.expect_failed(1)?;
        model.comes_about(SETTLE_TIME, |calls| calls.len() > attempts);
        expect_attempts(&model, &server, &sentence, attempts, &format!("RETRY_ATTEMPTS={attempts}"))?;
    }
    Ok(())
}

/// GQ-5.3
pub(crate) fn refusals_for_good_are_final(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let quota = Does::new("429, insufficient_quota", Reply::error(429, "insufficient_quota"));
    let refusals = [400, 401, 403, 404, 413, 422].map(Does::status).into_iter().chain([quota]);
    each_fails_at_once(&fixture, refusals.collect())
}

/// GQ-5.9
pub(crate) fn the_reply_may_know_better(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let status = |status, should: &str| Does::status(status).with("x-should-retry", should);
    let again: Vec<Does> = [400, 403, 404].map(|refusal| status(refusal, "true")).into();
    let mut first = again.clone().into_iter();
    let model = fixture.model_that(move |call| match call.attempt {
        1 => first.next().unwrap_or_else(Does::held),
        _ => Does::answer(call),
    })?;
    let server = quick(&fixture, &model, 3).start()?;
    let mut chat = server.chat()?;
    for number in (1..).take(again.len()) {
        let sentence = fixture.words().sentence();
        chat.enqueue(&sentence)?;
        chat.expect_answer(number, &answer_to(&sentence))?;
    }
    each_fails_at_once(&fixture, [429, 500, 503].map(|failure| status(failure, "false")).into())
}

/// GQ-5.10
pub(crate) fn absurd_waits_are_refused(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let patient = Does::status(503).with("retry-after", 50);
    let model = fixture.model_that(move |_| patient.clone())?;
    let server = quick(&fixture, &model, 3).start()?;
    let mut chat = server.chat()?;
    chat.enqueue(&fixture.words().sentence())?;
    model.expect(&server, "a call of the model", |calls| !calls.is_empty())?;
    // Not a minute: that is waited for.
    chat.expect_silence(SETTLE_TIME)?;
    let date = std::time::SystemTime::now() + Duration::from_secs(300);
    let absurd = [
        Does::status(503).with("retry-after", 62),
        Does::status(429).with("retry-after", 86_400),
        Does::status(503).with("retry-after-ms", 62_000),
        Does::status(503).with("retry-after", httpdate::fmt_http_date(date)),
    ];
    each_fails_at_once(&fixture, absurd.into())
}

/// A sentence each: its first attempt is its last.
fn each_fails_at_once(fixture: &Fixture<'_>, troubles: Vec<Does>) -> Verdict {
    let mut first = troubles.clone().into_iter();
    let model = fixture.model_that(move |call| match call.attempt {
        1 => first.next().unwrap_or_else(Does::held),
        _ => Does::answer(call),
    })?;
    let server = quick(fixture, &model, 3).start()?;
    let mut chat = server.chat()?;
    let sentences = fixture.words().sentences(troubles.len());
    for (number, sentence) in (1..).zip(&sentences) {
        chat.enqueue(sentence)?;
        chat.expect_failed(number)?;
    }
    model.comes_about(SETTLE_TIME, |calls| calls.len() > sentences.len());
    sentences.iter().try_for_each(|sentence| expect_attempts(&model, &server, sentence, 1, "such a reply"))
}

/// Expects exactly this number of attempts at a sentence.
fn expect_attempts(
    model: &Model<'_>,
    server: &Served<'_>,
    sentence: &str,
    expected: usize,
    with: &str,
) -> Verdict {
    let made = model.attempts(sentence).len();
    if made == expected {
        return Ok(());
    }
    let expected = format!("with {with}: {expected} calls of the model for {sentence:?}");
    Err(server.failure(expected, format!("{made}")))
}

/// GQ-5.11
pub(crate) fn attempts_share_a_key(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that(|call| match call.attempt % 3 {
        0 => Does::answer(call),
        _ => Does::status(500),
    })?;
    let mut known: Vec<(String, String)> = Vec::new();
    let sentences = fixture.words().sentences(2);
    // A second stream or program must not start with the same keys again, and a sentence may be sent twice.
    for _ in 0..2 {
        let server = quick(&fixture, &model, 3).start()?;
        for _ in 0..2 {
            let mut chat = server.chat()?;
            for (number, sentence) in (1..).zip(&sentences) {
                let before = model.attempts(sentence).len();
                chat.enqueue(sentence)?;
                chat.expect_answer(number, &answer_to(sentence))?;
                let key = the_key(&server, &model.attempts(sentence)[before..])?;
                if let Some((other, _)) = known.iter().find(|(_, used)| *used == key) {
                    let expected =
                        format!("an Idempotency-Key for {sentence:?} that no other sentence has had");
                    return Err(server.failure(expected, format!("{key:?}, as for {other:?} before")));
                }
                known.push((sentence.clone(), key));
            }
        }
    }
    Ok(())
}

/// The key that all of these attempts carry.
fn the_key(server: &Served<'_>, attempts: &[Call]) -> Result<String, Stop> {
    let keys: Vec<Option<&str>> = attempts.iter().map(|call| call.header("idempotency-key")).collect();
    match keys.as_slice() {
        [Some(key), others @ ..] if !key.is_empty() && others.iter().all(|other| *other == Some(*key)) => {
            Ok((*key).to_owned())
        }
        _ => {
            let said: Vec<&str> = keys.into_iter().map(|key| key.unwrap_or("none")).collect();
            Err(server.failure("the same Idempotency-Key on all attempts of a sentence", said.join(", ")))
        }
    }
}

/// GQ-5.12
pub(crate) fn the_gone_are_not_tried_again(trial: &mut Trial<'_>) -> Verdict {
    // Half of it is longer than a server may take to notice that a client has disconnected.
    const BASE: Duration = Duration::from_millis(2600);
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that(|call| match call.attempt {
        1 => Does::status(503),
        _ => Does::answer(call),
    })?;
    let setup = fixture.server().with(&model).set("WORKERS", 3).set("RETRY_ATTEMPTS", 2);
    let server = setup.set("RETRY_BASE_MS", BASE.as_millis()).start()?;
    let (mut cancels, mut vanishes, mut stays) = (server.chat()?, server.chat()?, server.chat()?);
    let sentences = fixture.words().sentences(3);
    for (chat, sentence) in [&mut cancels, &mut vanishes, &mut stays].into_iter().zip(&sentences) {
        chat.enqueue(sentence)?;
        model.attempted(&server, sentence, 1)?;
    }
    cancels.cancel();
    vanishes.vanish();
    stays.expect_answer(1, &answer_to(&sentences[2]))?;
    let [cancelled, vanished, stayed] = sentences.as_slice() else { unreachable!("three were asked for") };
    let again = |calls: &[Call]| {
        calls.iter().any(|call| call.attempt > 1 && call.sentence() != Some(stayed.as_str()))
    };
    let last = model.calls().iter().map(|call| call.arrived).take(3).max();
    let rest = last.map_or(BASE, |last| BASE.saturating_sub(last.elapsed()));
    if model.comes_about(rest + SETTLE_TIME, again) {
        let expected = "no attempt for a client that has gone while it was waited for";
        let actual = if model.attempts(cancelled).len() > 1 {
            (cancelled, "cancelled")
        } else {
            (vanished, "vanished")
        };
        return Err(
            server.failure(expected, format!("a second call for {:?}, whose client {}", actual.0, actual.1))
        );
    }
    Ok(())
}
