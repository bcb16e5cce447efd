//! Conversations with a name: what is kept when a stream or the program ends, and what is sent again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use proctor_harness::{Trial, Verdict};

use crate::fixture::{ChatStream, Database, Does, Fixture, Model, Setup, answer_to};

/// The lease after which a worker that has stopped is given up.
const LEASE: Duration = Duration::from_millis(1500);
/// Lease where nobody has to be given up: longer than a worker is stopped in any check.
pub(super) const LONG_LEASE_MS: u32 = 30_000;
/// Time in which a server notices that a client has disconnected.
const NOTICED: Duration = Duration::from_millis(1500);
/// Timeout for an answer whose worker has to be given up first.
const LATER: Duration = Duration::from_secs(10);

/// A program with its queue in this database, which asks this model.
pub(super) fn setup<'s>(fixture: &'s Fixture<'_>, model: &Model<'_>, database: &Database<'_>) -> Setup<'s> {
    let setup = fixture.server().with(model).set("QUEUE_URL", database.url()).set("QUEUE_CAPACITY", 20);
    setup.set("LEASE_MS", LEASE.as_millis()).set("WORKERS", 2)
}

/// The answers to these sentences come and no others, each with its number, in whichever order.
fn expect_each(chat: &mut ChatStream<'_>, answers: &[(u32, &str)]) -> Verdict {
    let mut open: Vec<(u32, String)> =
        answers.iter().map(|(number, sentence)| (*number, answer_to(sentence))).collect();
    while !open.is_empty() {
        let said = chat.reply()?.said;
        let found = open.iter().position(|(number, answer)| {
            (*number == 0 || *number == said.in_reply_to) && *answer == said.sentence && !said.failed
        });
        let Some(found) = found else {
            let still = open.iter().map(|(number, answer)| match number {
                0 => format!("{answer:?}"),
                _ => format!("{answer:?} in reply to {number}"),
            });
            return Err(chat.failure(still.collect::<Vec<_>>().join(", or "), said.to_string()));
        };
        open.remove(found);
    }
    Ok(())
}

/// GQ-6.1
pub(crate) fn survives_a_kill(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let database = fixture.database()?;
    let answers = Arc::new(AtomicBool::new(false));
    let answering = Arc::clone(&answers);
    let model = fixture.model_that(move |call| match answering.load(Ordering::Relaxed) {
        true => Does::answer(call),
        false => Does::held(),
    })?;
    let key = fixture.words().key();
    let key = [("conversation-key", key.as_str())];
    let sentences = fixture.words().sentences(4);
    let server = setup(&fixture, &model, &database).set("WORKERS", 1).start()?;
    let mut chat = server.chat_with(&key)?;
    for sentence in &sentences {
        chat.enqueue(sentence)?;
    }
    // One has been taken, the others wait.
    model.asked(&server, &sentences[0])?;
    server.kill();
    drop(chat);
    answers.store(true, Ordering::Relaxed);
    let server = setup(&fixture, &model, &database).set("WORKERS", 1).start()?;
    let mut chat = server.chat_with(&key)?;
    chat.set_timeout(LATER);
    // In which order they come is another requirement's.
    let owed: Vec<(u32, &str)> = (1..).zip(sentences.iter().map(String::as_str)).collect();
    expect_each(&mut chat, &owed)?;
    chat.half_close();
    chat.expect_ok()
}

/// A model that lets the first attempt at this sentence wait. When the client disconnects but may come back, the
/// server may abort the call or let it go on.
fn model_that_holds<'s>(
    fixture: &'s Fixture<'_>,
    sentence: &str,
) -> Result<Model<'s>, proctor_harness::Stop> {
    let held = sentence.to_owned();
    fixture.model_that(move |call| match call.sentence() {
        Some(sentence) if sentence == held && call.attempt == 1 => Does::held(),
        _ => Does::answer(call),
    })
}

/// GQ-6.2
pub(crate) fn what_was_sent_stays_sent(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let database = fixture.database()?;
    let sentences = fixture.words().sentences(3);
    let [sent, pending, last] = sentences.as_slice() else { unreachable!("three were asked for") };
    let model = model_that_holds(&fixture, pending)?;
    let key = fixture.words().key();
    let key = [("conversation-key", key.as_str())];
    let server = setup(&fixture, &model, &database).start()?;
    let mut first = server.chat_with(&key)?;
    first.enqueue(sent)?;
    expect_each(&mut first, &[(0, sent)])?;
    first.enqueue(pending)?;
    let call = model.asked(&server, pending)?;
    first.vanish();
    // What is ready before the server has noticed may be sent to nobody.
    fixture.pause(NOTICED);
    model.answers(&call);
    let mut second = server.chat_with(&key)?;
    second.set_timeout(LATER);
    second.enqueue(last)?;
    // Which numbers they have is another requirement's.
    expect_each(&mut second, &[(0, pending), (0, last)])?;
    second.half_close();
    second.expect_ok()?;
    let mut third = server.chat_with(&key)?;
    third.half_close();
    third.expect_ok()
}

/// GQ-6.3
pub(crate) fn what_was_missed_is_sent(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let database = fixture.database()?;
    let sentences = fixture.words().sentences(5);
    let [sent @ .., pending] = sentences.as_slice() else { unreachable!("five were asked for") };
    let model = model_that_holds(&fixture, pending)?;
    let key = fixture.words().key();
    let server = setup(&fixture, &model, &database).start()?;
    let mut first = server.chat_with(&[("conversation-key", &key)])?;
    let all: Vec<(u32, &str)> = (1..).zip(sentences.iter().map(String::as_str)).collect();
    for sentence in sent {
        first.enqueue(sentence)?;
    }
    expect_each(&mut first, &all[..4])?;
    first.enqueue(pending)?;
    let call = model.asked(&server, pending)?;
    first.vanish();
    model.answers(&call);
    for received in [1, 4, 5] {
        let metadata = [("conversation-key", key.as_str()), ("conversation-received", &received.to_string())];
        let mut later = server.chat_with(&metadata)?;
        later.set_timeout(LATER);
        expect_each(&mut later, &all[received..])?;
        later.half_close();
        later.expect_ok()?;
    }
    Ok(())
}

/// GQ-6.4
pub(crate) fn numbers_go_on(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let database = fixture.database()?;
    let model = fixture.model_that_waits()?;
    let key = fixture.words().key();
    let setup = || {
        let setup = setup(&fixture, &model, &database).set("LEASE_MS", LONG_LEASE_MS);
        setup.set("QUEUE_CAPACITY", 1).set("WORKERS", 1)
    };
    let server = setup().start()?;
    let sentences = fixture.words().sentences(4);
    let [taken, waiting, unlucky, last] = sentences.as_slice() else { unreachable!("four were asked for") };
    let mut first = server.chat_with(&[("conversation-key", &key)])?;
    first.enqueue(taken)?;
    let call = model.asked(&server, taken)?;
    first.enqueue(waiting)?;
    first.send(unlucky);
    first.expect_full()?;
    first.send(" ");
    first.reply()?;
    model.answers(&call);
    model.answers(&model.asked(&server, waiting)?);
    expect_each(&mut first, &[(0, taken), (0, waiting)])?;
    first.half_close();
    first.expect_ok()?;
    // On another program, and with the number of what it has got: that nothing is sent again is another requirement's.
    let other = setup().start()?;
    let mut second =
        other.chat_with(&[("conversation-key", key.as_str()), ("conversation-received", "4")])?;
    second.enqueue(last)?;
    model.answers(&model.asked(&other, last)?);
    second.expect_answer(5, &answer_to(last))
}
