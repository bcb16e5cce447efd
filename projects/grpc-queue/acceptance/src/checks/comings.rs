//! Clients of a queue in a database that go and come: their places, and who has the conversation.

use std::time::{Duration, Instant};

use proctor_harness::{Trial, Verdict};
use suite_kit::timeouts::EVENT_TIMEOUT;

use super::durable::setup;
use crate::fixture::{Ack, ChatStream, Does, Fixture, answer_to};
use crate::wire::Code;

/// A second, and another for a machine that is busy.
const A_SECOND: Duration = Duration::from_secs(2);
/// Settle time: how long a check waits for what must not come.
const SETTLE_TIME: Duration = Duration::from_millis(400);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(20);

/// GQ-6.9
pub(crate) fn only_the_nameless_free_places(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let database = fixture.database()?;
    let model = fixture.model_that(Does::answer)?;
    let server = setup(&fixture, &model, &database).set("WORKERS", 0).set("QUEUE_CAPACITY", 2).start()?;
    let key = fixture.words().key();
    let mut named = server.chat_with(&[("conversation-key", &key)])?;
    named.enqueue(&fixture.words().sentence())?;
    named.vanish();
    let mut nameless = server.chat()?;
    nameless.enqueue(&fixture.words().sentence())?;
    nameless.vanish();
    let mut patient = server.chat()?;
    let until = Instant::now() + A_SECOND;
    while patient.try_enqueue(&fixture.words().sentence())? == Ack::Full {
        if Instant::now() > until {
            let expected = "room in the queue within a second after a client without a key vanished";
            return Err(patient.failure(expected, format!("{:?}", Ack::Full.words())));
        }
        fixture.pause(PAUSE);
    }
    // The other place is kept, now and a moment later.
    for _ in 0..2 {
        if patient.try_enqueue(&fixture.words().sentence())? == Ack::Enqueued {
            let expected = "no room: the place of a client with a key is kept when it vanishes";
            return Err(patient.failure(expected, format!("{:?}", Ack::Enqueued.words())));
        }
        fixture.pause(SETTLE_TIME);
    }
    Ok(())
}

/// GQ-6.10
pub(crate) fn the_newest_stream_has_it(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let database = fixture.database()?;
    let sentences = fixture.words().sentences(2);
    let pending = sentences[0].clone();
    let model = fixture.model_that(move |call| match call.sentence() {
        Some(sentence) if sentence == pending && call.attempt == 1 => Does::held(),
        _ => Does::answer(call),
    })?;
    let name = fixture.words().key();
    let key = [("conversation-key", name.as_str())];
    let servers = [setup(&fixture, &model, &database).start()?, setup(&fixture, &model, &database).start()?];
    let mut first = servers[0].chat_with(&key)?;
    first.enqueue(&sentences[0])?;
    let call = model.asked(&servers[0], &sentences[0])?;
    // On another program, then on the same.
    let mut second = servers[1].chat_with(&key)?;
    first.expect_end(Code::ABORTED)?;
    model.answers(&call);
    second.set_timeout(2 * EVENT_TIMEOUT);
    expect_text(&mut second, &sentences[0])?;
    // With what it has got: that nothing is sent again is another requirement's.
    let mut third =
        servers[1].chat_with(&[("conversation-key", name.as_str()), ("conversation-received", "1")])?;
    second.expect_end(Code::ABORTED)?;
    third.enqueue(&sentences[1])?;
    expect_text(&mut third, &sentences[1])?;
    third.half_close();
    third.expect_ok()
}

/// The next reply is the answer to this sentence, whatever its number.
fn expect_text(chat: &mut ChatStream<'_>, sentence: &str) -> Verdict {
    let said = chat.reply()?.said;
    if said.sentence == answer_to(sentence) && !said.failed {
        return Ok(());
    }
    Err(chat.failure(format!("{:?}", answer_to(sentence)), said.to_string()))
}
