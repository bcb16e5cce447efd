//! Clients that are gone: their calls are aborted, and what they had waiting is never asked.

use std::time::{Duration, Instant};

use model_stand_in::Reply;
use proctor_harness::{Trial, Verdict};

use crate::stage::{Ack, Stage, Talk, answer_to};

/// A second, and another for a machine that is busy.
const A_SECOND: Duration = Duration::from_secs(2);

/// A client's way to go.
type Leave = fn(Talk<'_>);

/// Every way in which a client can go without having its answers.
const WAYS: [(&str, Leave); 4] = [
    ("cancelled its call", |talk| talk.cancel()),
    ("vanished", |talk| talk.vanish()),
    ("half-closed and cancelled its call", |mut talk| {
        talk.half_close();
        talk.cancel();
    }),
    ("half-closed and vanished", |mut talk| {
        talk.half_close();
        talk.vanish();
    }),
];

/// GQ-3.10
pub(crate) fn calls_are_aborted(trial: &mut Trial<'_>) -> Verdict {
    let stage = Stage::of(trial)?;
    let model = stage.model_that_waits()?;
    let server = stage.server().with(&model).set("WORKERS", 1).start()?;
    for (what, leave) in WAYS {
        let mut talk = server.talk()?;
        let sentence = stage.words().sentence();
        talk.enqueue(&sentence)?;
        let call = model.asked(&server, &sentence)?;
        leave(talk);
        let expected = format!("the call for {sentence:?} aborted within a second after its client {what}");
        model.expect_within(A_SECOND, &server, &expected, |_| call.is_aborted())?;
    }
    Ok(())
}

/// GQ-3.11
pub(crate) fn waiting_sentences_are_never_asked(trial: &mut Trial<'_>) -> Verdict {
    let stage = Stage::of(trial)?;
    let sentences = stage.words().sentences(4);
    let [held, waiting @ .., last] = sentences.as_slice() else { unreachable!("four were asked for") };
    let first = held.clone();
    let model = stage.model(move |call| match call.sentence() {
        Some(sentence) if sentence == first => Reply::held(),
        sentence => Reply::answer(answer_to(sentence.unwrap_or_default())),
    })?;
    let setup = stage.server().with(&model).set("WORKERS", 1).set("QUEUE_CAPACITY", waiting.len());
    let server = setup.start()?;
    let (mut busy, mut gone, mut patient) = (server.talk()?, server.talk()?, server.talk()?);
    busy.enqueue(held)?;
    let call = model.asked(&server, held)?;
    for sentence in waiting {
        gone.enqueue(sentence)?;
    }
    gone.vanish();
    // Room for another tells that the server knows.
    let number = until_there_is_room(&stage, &mut patient)?;
    model.answers(&call);
    busy.answer_to(1)?;
    patient.answer_to(number)?;
    patient.enqueue(last)?;
    patient.answer_to(number + 1)?;
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

/// Sends sentences until one is enqueued, and gives its number.
fn until_there_is_room(stage: &Stage<'_>, talk: &mut Talk<'_>) -> Result<u32, proctor_harness::Stop> {
    let until = Instant::now() + A_SECOND;
    for number in 1.. {
        if talk.try_enqueue(&stage.words().sentence())? == Ack::Enqueued {
            return Ok(number);
        }
        if Instant::now() > until {
            break;
        }
        stage.wait(tokio::time::sleep(Duration::from_millis(20)));
    }
    Err(talk.failure("room in the queue within a second after another client vanished", "\"queue is full!\""))
}
