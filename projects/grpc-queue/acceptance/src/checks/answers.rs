//! The answers on their streams: behind the acknowledgement, with the right number, on the right stream, to the end.

use std::time::Duration;

use fake_openai::Reply;
use proctor_harness::{Trial, Verdict};

use super::gone::until_full;
use crate::fixture::{ChatStream, Fixture, answer_to};
use crate::wire::{Http, WireProtocol};

/// Settle time: how long a check waits for what must not come.
const SETTLE_TIME: Duration = Duration::from_millis(250);

/// GQ-3.5
pub(crate) fn after_the_acknowledgement(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_answers()?;
    let server = fixture.server().with(&model).set("WORKERS", 4).set("QUEUE_CAPACITY", 1000).start()?;
    let mut chat = server.chat()?;
    let mut watch = Watch::default();
    for sentence in fixture.words().sentences(40) {
        chat.send(&sentence);
        watch.next(&mut chat)?;
        watch.next(&mut chat)?;
    }
    let sentences = fixture.words().sentences(80);
    let messages = 2 * sentences.len();
    chat.send_all(sentences);
    (0..messages).try_for_each(|_| watch.next(&mut chat))
}

/// Counts acknowledgements: sentence n is acknowledged once there are n of them.
#[derive(Debug, Default)]
struct Watch {
    acknowledged: u32,
}

impl Watch {
    fn next(&mut self, chat: &mut ChatStream<'_>) -> Verdict {
        let said = chat.next()?.said;
        if !said.is_reply() {
            self.acknowledged += 1;
        } else if said.in_reply_to > self.acknowledged {
            let expected = format!("the acknowledgement of sentence {} before its answer", said.in_reply_to);
            return Err(
                chat.failure(expected, format!("{said}, after {} acknowledgements", self.acknowledged))
            );
        }
        Ok(())
    }
}

/// GQ-3.6
pub(crate) fn take_no_place(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_waits()?;
    let capacity = fixture.words().rng().usize(1..=4);
    let server = fixture.server().with(&model).set("WORKERS", 1).set("QUEUE_CAPACITY", capacity).start()?;
    let mut chat = server.chat()?;
    let first = fixture.words().sentence();
    chat.enqueue(&first)?;
    model.asked(&server, &first)?;
    for sentence in fixture.words().sentences(capacity) {
        chat.enqueue(&sentence)?;
    }
    chat.send(&fixture.words().sentence());
    chat.expect_full()
}

/// GQ-3.7
pub(crate) fn every_sentence_is_numbered(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_waits()?;
    let setup = fixture.server().with(&model).set("WORKERS", 1).set("QUEUE_CAPACITY", 2);
    let server = setup.set("MAX_SENTENCE_BYTES", 200).start()?;
    let mut chat = server.chat()?;
    let answered = |chat: &mut ChatStream<'_>, number: u32, sentence: &str| {
        model.answers(&model.asked(&server, sentence)?);
        chat.expect_answer(number, &answer_to(sentence))
    };
    let waiting = until_full(&fixture, &mut chat)?;
    let mut number = u32::try_from(waiting.len() + 1).expect("a few");
    number += 1;
    chat.send(" ");
    chat.expect_failed(number)?;
    for (number, sentence) in (1..).zip(&waiting) {
        answered(&mut chat, number, sentence)?;
    }
    let sentence = fixture.words().sentence();
    chat.enqueue(&sentence)?;
    answered(&mut chat, number + 1, &sentence)?;
    chat.send(&fixture.words().sentence_of(201));
    chat.expect_failed(number + 2)?;
    let sentence = fixture.words().sentence();
    chat.enqueue(&sentence)?;
    answered(&mut chat, number + 3, &sentence)
}

/// GQ-3.8
pub(crate) fn on_their_own_stream(trial: &mut Trial<'_>) -> Verdict {
    const STREAMS: usize = 5;
    const EACH: usize = 3;
    let fixture = Fixture::of(trial)?;
    let mut delays = fixture.words().rng().fork();
    let model = fixture.model(move |call| {
        let delay = Duration::from_millis(delays.u64(0..30));
        Reply::answer(answer_to(call.sentence().unwrap_or_default())).after(delay)
    })?;
    let server = fixture.server().with(&model).set("WORKERS", 3).set("QUEUE_CAPACITY", 100).start()?;
    // Two share a connection: a solution must not identify a stream by its connection.
    let connection = server.connect(Http::Two)?;
    let shared = || server.open_stream_on(&connection, WireProtocol::GRPC, "QueueConversation", &[]);
    let mut chats = vec![shared(), shared()];
    for _ in chats.len()..STREAMS {
        chats.push(server.chat()?);
    }
    let sentences: Vec<Vec<String>> = chats.iter().map(|_| fixture.words().sentences(EACH)).collect();
    for turn in 0..EACH {
        for (chat, sentences) in chats.iter_mut().zip(&sentences) {
            chat.enqueue(&sentences[turn])?;
        }
    }
    for (chat, sentences) in chats.iter_mut().zip(&sentences) {
        // In which order they come is another requirement's.
        let mut open: Vec<(u32, String)> =
            (1..).zip(sentences.iter().map(|asked| answer_to(asked))).collect();
        while !open.is_empty() {
            let said = chat.reply()?.said;
            let found = open
                .iter()
                .position(|(number, answer)| (*number, answer) == (said.in_reply_to, &said.sentence));
            let Some(found) = found else {
                let still: Vec<String> =
                    open.iter().map(|(number, answer)| format!("{answer:?} in reply to {number}")).collect();
                return Err(chat.failure(still.join(", or "), said.to_string()));
            };
            open.remove(found);
        }
        // No answer is pending now: the answers after a half-close belong to another requirement.
        chat.half_close();
        chat.expect_ok()?;
    }
    Ok(())
}

/// GQ-3.9
pub(crate) fn owed_after_half_close(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_waits()?;
    let server = fixture.server().with(&model).set("WORKERS", 1).set("QUEUE_CAPACITY", 3).start()?;
    let mut chat = server.chat()?;
    let sentences = fixture.words().sentences(3);
    for sentence in &sentences {
        chat.enqueue(sentence)?;
    }
    model.asked(&server, &sentences[0])?;
    chat.half_close();
    chat.expect_silence(SETTLE_TIME)?;
    for (number, sentence) in (1..).zip(&sentences) {
        model.answers(&model.asked(&server, sentence)?);
        chat.expect_answer(number, &answer_to(sentence))?;
    }
    chat.expect_ok()
}
