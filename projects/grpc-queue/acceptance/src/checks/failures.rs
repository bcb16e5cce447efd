//! A model that doesn't answer as it should: the client is notified, and the stream goes on.

use std::time::{Duration, Instant};

use fake_openai::Reply;
use proctor_harness::{Trial, Verdict};
use suite_kit::timeouts::EVENT_TIMEOUT;

use crate::fixture::{ChatStream, Fixture, Model, Served, answer_to};

/// An abort is seen so long after it is due at the latest, on a busy machine.
const ABORT_TIMEOUT: Duration = Duration::from_secs(4);
/// Clocks of two programs and their roundings.
const ROUNDING: Duration = Duration::from_millis(10);

/// GQ-3.12
pub(crate) fn refused_by_the_model(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let bad = fixture.words().sentences(2);
    let refused = bad.clone();
    let model = fixture.model(move |call| match call.sentence() {
        Some(sentence) if refused.iter().any(|bad| bad == sentence) => Reply::status(400),
        sentence => Reply::answer(answer_to(sentence.unwrap_or_default())),
    })?;
    let server = fixture.server().with(&model).set("WORKERS", 1).start()?;
    let mut chat = server.chat()?;
    for (number, sentence) in (1..).step_by(2).zip(&bad) {
        chat.enqueue(sentence)?;
        chat.expect_failed(number)?;
        let good = fixture.words().sentence();
        chat.enqueue(&good)?;
        chat.expect_answer(number + 1, &answer_to(&good))?;
    }
    chat.half_close();
    chat.expect_ok()
}

/// GQ-3.13
pub(crate) fn late(trial: &mut Trial<'_>) -> Verdict {
    // Longer than the first server may take: no time of its own fits both.
    const LONGER: Duration = Duration::from_millis(5500);
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_waits()?;
    // Long enough for the last call, which is answered, on a machine that has other work as well.
    let timeout = Duration::from_millis(fixture.words().rng().u64(900..1500));
    let setup = || fixture.server().with(&model).set("WORKERS", 1);
    let server = setup().set("UPSTREAM_TIMEOUT_MS", timeout.as_millis()).start()?;
    let mut chat = server.chat()?;
    // Nothing comes at all, and then: the reply begins and doesn't end.
    for (number, begins) in [(1, false), (2, true)] {
        is_given_up(&model, &server, &mut chat, number, timeout, begins)?;
    }
    let good = fixture.words().sentence();
    chat.enqueue(&good)?;
    model.answers(&model.asked(&server, &good)?);
    chat.expect_answer(3, &answer_to(&good))?;
    let server = setup().set("UPSTREAM_TIMEOUT_MS", LONGER.as_millis()).start()?;
    let mut chat = server.chat()?;
    chat.set_timeout(LONGER + EVENT_TIMEOUT);
    is_given_up(&model, &server, &mut chat, 1, LONGER, false)
}

/// A call that isn't answered in time fails its sentence, not before the time is over, and is aborted.
fn is_given_up(
    model: &Model<'_>,
    server: &Served<'_>,
    chat: &mut ChatStream<'_>,
    number: u32,
    timeout: Duration,
    begins: bool,
) -> Verdict {
    let sentence = server.fixture().words().sentence();
    let begun = Instant::now();
    chat.enqueue(&sentence)?;
    let call = model.asked(server, &sentence)?;
    if begins {
        model.replies(&call, "the first half of an answer", Reply::stall(answer_to(&sentence)));
    }
    let received = chat.expect_failed(number)?;
    let after = received.at.saturating_duration_since(begun);
    if after + ROUNDING < timeout {
        let expected = format!("UPSTREAM_TIMEOUT_MS, {} ms, for a call of the model", timeout.as_millis());
        return Err(chat.failure(expected, format!("{} after {} ms", received.said, after.as_millis())));
    }
    let expected = format!("the call for {sentence:?} aborted when its time was over");
    model.expect_within(ABORT_TIMEOUT, server, &expected, |_| call.is_aborted()).map(drop)
}

/// GQ-3.14
pub(crate) fn unreadable(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_waits()?;
    let server = fixture.server().with(&model).set("WORKERS", 1).start()?;
    let mut chat = server.chat()?;
    let mut replies = [
        ("no JSON", Reply::broken_json()),
        ("no choice", Reply::no_choice()),
        ("an answer that is cut off", Reply::cut_off(fixture.words().sentence())),
    ];
    fixture.words().rng().shuffle(&mut replies);
    for (number, (what, reply)) in (1..).zip(replies) {
        let sentence = fixture.words().sentence();
        chat.enqueue(&sentence)?;
        model.replies(&model.asked(&server, &sentence)?, what, reply);
        chat.expect_failed(number)?;
    }
    let good = fixture.words().sentence();
    chat.enqueue(&good)?;
    model.answers(&model.asked(&server, &good)?);
    chat.expect_answer(4, &answer_to(&good))
}

/// GQ-3.15
pub(crate) fn the_key_is_kept(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_waits()?;
    let key = format!("sk-{}", fixture.words().token());
    let setup = fixture.server().with(&model).set("WORKERS", 1).set("OPENAI_API_KEY", &key);
    let server = setup.set("UPSTREAM_TIMEOUT_MS", 1000).start()?;
    // Some APIs repeat the caller's key in their errors.
    let telling = format!("Incorrect API key provided: {key}");
    let replies = [
        ("401 with the key", Reply::error(401, &telling)),
        ("403 with the key", Reply::error(403, &telling)),
        ("500 with the key", Reply::error(500, &telling)),
        ("no JSON, with the key", Reply::raw(&telling)),
        ("a reply that is cut off", Reply::cut_off(&telling)),
        ("nothing", Reply::drop_connection()),
        ("an answer", Reply::answer("I see.")),
    ];
    for (what, reply) in replies {
        // What comes of some of these is level 5's: the key must not, that is all.
        let mut chat = server.chat()?;
        let sentence = fixture.words().sentence();
        chat.enqueue(&sentence)?;
        model.replies(&model.asked(&server, &sentence)?, what, reply);
        while let Some(received) = chat.next_within(EVENT_TIMEOUT) {
            if received.said.sentence.contains(&key) {
                return Err(chat.failure("a message without OPENAI_API_KEY", received.said.to_string()));
            }
            if received.said.is_reply() {
                break;
            }
        }
        chat.half_close();
        let end = chat.end()?.to_string();
        if end.contains(&key) {
            return Err(chat.failure("an end without OPENAI_API_KEY", end));
        }
    }
    let written = server.written();
    let told = String::from_utf8_lossy(&written).lines().find(|line| line.contains(&key)).map(str::to_owned);
    match told {
        Some(line) => Err(server.failure("OPENAI_API_KEY in nothing that the program writes", line)),
        None => Ok(()),
    }
}
