//! Several programs with one queue: they share the work and the places, and one that is stopped loses its sentence.

use std::time::Duration;

use fake_openai::Reply;
use proctor_harness::{Signal, Trial, Verdict};
use suite_kit::timeouts::EVENT_TIMEOUT;

use super::durable::{LONG_LEASE_MS, setup};
use crate::fixture::{Ack, Does, Fixture, answer_to};

/// Timeout for what a good solution does, and the requirement at hand doesn't ask for.
const LENIENT_SETTLE_TIME: Duration = Duration::from_secs(2);

/// GQ-6.5
pub(crate) fn share_the_work(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let database = fixture.database()?;
    let model = fixture.model_that(Does::answer)?;
    let front = setup(&fixture, &model, &database).set("WORKERS", 0).start()?;
    let _back = setup(&fixture, &model, &database).set("WORKERS", 1).start()?;
    let mut chat = front.chat()?;
    for (number, sentence) in (1..).zip(fixture.words().sentences(3)) {
        chat.enqueue(&sentence)?;
        chat.expect_answer(number, &answer_to(&sentence))?;
    }
    chat.half_close();
    chat.expect_ok()
}

/// GQ-6.6
pub(crate) fn share_the_places(trial: &mut Trial<'_>) -> Verdict {
    const EACH: usize = 20;
    let fixture = Fixture::of(trial)?;
    let database = fixture.database()?;
    let model = fixture.model_that(Does::answer)?;
    let capacity = fixture.words().rng().usize(3..=9);
    let setup = || setup(&fixture, &model, &database).set("WORKERS", 0).set("QUEUE_CAPACITY", capacity);
    let servers = [setup().start()?, setup().start()?];
    let mut chats = [servers[0].chat()?, servers[1].chat()?];
    for chat in &mut chats {
        chat.send_all(fixture.words().sentences(EACH));
    }
    let mut enqueued = 0;
    for chat in &mut chats {
        for _ in 0..EACH {
            enqueued += usize::from(chat.ack()? == Ack::Enqueued);
        }
    }
    if enqueued != capacity {
        let expected =
            format!("with QUEUE_CAPACITY={capacity}: {capacity} of {} sentences enqueued by both", 2 * EACH);
        return Err(servers[0].failure(expected, format!("{enqueued}")));
    }
    Ok(())
}

/// GQ-6.7
pub(crate) fn keep_the_order(trial: &mut Trial<'_>) -> Verdict {
    const PROGRAMS: usize = 3;
    let fixture = Fixture::of(trial)?;
    let database = fixture.database()?;
    let model = fixture.model_that_waits()?;
    let setup = || setup(&fixture, &model, &database).set("LEASE_MS", LONG_LEASE_MS);
    let start = || setup().set("WORKERS", 1).start();
    let servers = [start()?, start()?, start()?];
    let mut chat = servers[0].chat()?;
    let sentences = fixture.words().sentences(2 * PROGRAMS);
    for sentence in &sentences {
        chat.enqueue(sentence)?;
    }
    let mut answered = 0;
    while answered < sentences.len() {
        // As many as there are programs, where they share the work as they should.
        let at_once = PROGRAMS.min(sentences.len() - answered);
        model.comes_about(LENIENT_SETTLE_TIME, |calls| calls.len() >= answered + at_once);
        let calls = model.expect(&servers[0], "a call for every sentence", |calls| calls.len() > answered)?;
        for call in calls[answered..].iter().rev() {
            model.answers(call);
            // The next is answered when this one can be on its way.
            model.comes_about(LENIENT_SETTLE_TIME, |_| !call.is_open());
            fixture.pause(Duration::from_millis(50));
        }
        answered = calls.len();
    }
    for (number, sentence) in (1..).zip(&sentences) {
        chat.expect_answer(number, &answer_to(sentence))?;
    }
    Ok(())
}

/// GQ-6.8
pub(crate) fn the_frozen_lose(trial: &mut Trial<'_>) -> Verdict {
    const LEASE: Duration = Duration::from_millis(1200);
    let fixture = Fixture::of(trial)?;
    let database = fixture.database()?;
    let model = fixture.model_that_waits()?;
    let setup = || setup(&fixture, &model, &database).set("WORKERS", 1).set("LEASE_MS", LEASE.as_millis());
    let front = setup().start()?;
    let mut chat = front.chat()?;
    let sentences = fixture.words().sentences(2);
    let [own, others] = sentences.as_slice() else { unreachable!("two were asked for") };
    chat.enqueue(own)?;
    let busy = model.asked(&front, own)?;
    let other = setup().start()?;
    chat.enqueue(others)?;
    let first = model.asked(&other, others)?;
    model.answers(&busy);
    chat.expect_answer(1, &answer_to(own))?;
    // The other worker is free, and a call may take longer than a lease: who works on it gives signs of life.
    if model.comes_about(2 * LEASE, |calls| calls.len() > 2) {
        return Err(other.failure("one call for each sentence while its worker lives", "another"));
    }
    other.signal(Signal::Stop)?;
    let attempts = model.attempted_within(LEASE + EVENT_TIMEOUT, &front, others, 2)?;
    // It wakes up with an answer in its hands; the other program's worker has none yet.
    model.does(&first, Does::new("an answer, too late", Reply::answer("This comes too late.")));
    other.signal(Signal::Cont)?;
    chat.expect_silence(LEASE / 2)?;
    model.answers(&attempts[1]);
    chat.expect_answer(2, &answer_to(others))?;
    chat.half_close();
    chat.expect_ok()
}
