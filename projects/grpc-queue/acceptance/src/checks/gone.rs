//! Clients that have disconnected: their calls are aborted, and their waiting sentences are never asked.

use std::time::{Duration, Instant};

use fake_openai::Reply;
use proctor_harness::{Stop, Trial, Verdict};

use crate::fixture::{Ack, ChatStream, Fixture, answer_to};

/// A second, and some more for a machine that is busy.
const A_SECOND: Duration = Duration::from_secs(4);

/// A client's way to go.
type Leave = fn(ChatStream<'_>);

/// Every way in which a client can go without having its answers.
const WAYS: [(&str, Leave); 4] = [
    ("cancelled its call", |chat| chat.cancel()),
    ("vanished", |chat| chat.vanish()),
    ("half-closed and cancelled its call", |mut chat| {
        chat.half_close();
        chat.cancel();
    }),
    ("half-closed and vanished", |mut chat| {
        chat.half_close();
        chat.vanish();
    }),
];

/// GQ-3.10
pub(crate) fn calls_are_aborted(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_waits()?;
    let server = fixture.server().with(&model).set("WORKERS", 1).start()?;
    for (what, leave) in WAYS {
        let mut chat = server.chat()?;
        let sentence = fixture.words().sentence();
        chat.enqueue(&sentence)?;
        let call = model.asked(&server, &sentence)?;
        leave(chat);
        let expected = format!("the call for {sentence:?} aborted within a second after its client {what}");
        model.expect_within(A_SECOND, &server, &expected, |_| call.is_aborted())?;
    }
    Ok(())
}

/// GQ-3.11
pub(crate) fn waiting_sentences_are_never_asked(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let held = fixture.words().sentence();
    let first = held.clone();
    let model = fixture.model(move |call| match call.sentence() {
        Some(sentence) if sentence == first => Reply::held(),
        sentence => Reply::answer(answer_to(sentence.unwrap_or_default())),
    })?;
    let server = fixture.server().with(&model).set("WORKERS", 1).set("QUEUE_CAPACITY", 3).start()?;
    let (mut busy, mut gone, mut patient) = (server.chat()?, server.chat()?, server.chat()?);
    busy.enqueue(&held)?;
    let call = model.asked(&server, &held)?;
    let waiting = until_full(&fixture, &mut gone)?;
    gone.vanish();
    // Room for another sentence shows that the server has noticed.
    until_there_is_room(&fixture, &mut patient)?;
    model.answers(&call);
    busy.reply()?;
    patient.reply()?;
    patient.enqueue(&fixture.words().sentence())?;
    patient.reply()?;
    let asked = model.calls();
    let found = waiting.iter().find(|sentence| asked.iter().any(|call| call.sentence() == Some(sentence)));
    match found {
        Some(sentence) => {
            let expected = "no call of the model for a sentence that waited when its client vanished";
            Err(server.failure(expected, format!("a call for {sentence:?}")))
        }
        None => Ok(()),
    }
}

/// Sends sentences until one meets a full queue, and gives those that wait. A worker may take some meanwhile.
pub(super) fn until_full(fixture: &Fixture<'_>, chat: &mut ChatStream<'_>) -> Result<Vec<String>, Stop> {
    let mut waiting = Vec::new();
    while waiting.len() < 20 {
        let sentence = fixture.words().sentence();
        match chat.try_enqueue(&sentence)? {
            Ack::Enqueued => waiting.push(sentence),
            Ack::Full => return Ok(waiting),
        }
    }
    Err(chat.failure("a full queue in the end", "20 sentences found room"))
}

/// Sends sentences until one is enqueued.
fn until_there_is_room(fixture: &Fixture<'_>, chat: &mut ChatStream<'_>) -> Verdict {
    let until = Instant::now() + A_SECOND;
    while chat.try_enqueue(&fixture.words().sentence())? == Ack::Full {
        if Instant::now() > until {
            let expected = "room in the queue within a second after another client vanished";
            return Err(chat.failure(expected, format!("{:?}", Ack::Full.words())));
        }
        fixture.pause(Duration::from_millis(20));
    }
    Ok(())
}
