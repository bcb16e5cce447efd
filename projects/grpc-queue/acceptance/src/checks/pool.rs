//! The workers: how many calls are made at once, in which order, and that none of them is ever lost.

use std::time::Duration;

use fake_openai::{Call, Reply};
use proctor_harness::{Stop, Trial, Verdict};
use suite_kit::timeouts::EVENT_TIMEOUT;

use crate::fixture::{ChatStream, Fixture, Model, Served, answer_to};

/// Settle time: how long a check waits for what must not come.
const SETTLE_TIME: Duration = Duration::from_millis(300);
/// Timeout for what a good solution does, and the requirement at hand doesn't ask for.
const LENIENT_SETTLE_TIME: Duration = Duration::from_secs(2);

/// GQ-4.1
pub(crate) fn no_more_than_workers(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_waits()?;
    let workers = fixture.words().rng().usize(2..=4);
    let server = fixture.server().with(&model).set("WORKERS", workers).set("QUEUE_CAPACITY", 100).start()?;
    let mut chats = [server.chat()?, server.chat()?, server.chat()?];
    let all = chats.len() * (workers + 2);
    for (turn, sentence) in fixture.words().sentences(all).iter().enumerate() {
        chats[turn % 3].enqueue(sentence)?;
    }
    model.comes_about(SETTLE_TIME, |calls| calls.len() > workers);
    for ended in 0..all {
        // A call that was released may have ended: those that weren't are all under way.
        let calls =
            model.expect(&server, "a call for every sentence in the end", |calls| calls.len() > ended)?;
        let open = calls.len() - ended;
        if open > workers {
            let expected = format!("no more than {workers} calls of the model at once");
            return Err(server.failure(expected, format!("{open}")));
        }
        model.answers(&calls[ended]);
    }
    Ok(())
}

/// GQ-4.2
pub(crate) fn as_many_as_workers(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_waits()?;
    let workers = fixture.words().rng().usize(2..=5);
    let server = fixture.server().with(&model).set("WORKERS", workers).set("QUEUE_CAPACITY", 100).start()?;
    let mut chat = server.chat()?;
    let all = 2 * workers;
    for sentence in fixture.words().sentences(all) {
        chat.enqueue(&sentence)?;
    }
    let expected = format!("{workers} calls of the model at once while sentences wait");
    for ended in 0..=all - workers {
        let calls = model.expect(&server, &expected, |calls| calls.len() >= ended + workers)?;
        model.answers(&calls[ended]);
    }
    Ok(())
}

/// GQ-4.3
pub(crate) fn in_the_order_of_sentences(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let sentences = fixture.words().sentences(4);
    let (first, refused) = (sentences[0].clone(), sentences[fixture.words().rng().usize(1..4)].clone());
    let bad = refused.clone();
    let model = fixture.model(move |call| match call.sentence().unwrap_or_default() {
        sentence if sentence == first => Reply::held(),
        sentence if sentence == bad => Reply::status(400),
        sentence => Reply::answer(answer_to(sentence)),
    })?;
    let server = fixture.server().with(&model).set("WORKERS", 4).set("QUEUE_CAPACITY", 10).start()?;
    let mut chat = server.chat()?;
    for sentence in &sentences {
        chat.enqueue(sentence)?;
    }
    let slow = model.asked(&server, &sentences[0])?;
    model.comes_about(LENIENT_SETTLE_TIME, |calls| calls.iter().filter(|call| !call.is_open()).count() == 3);
    chat.expect_silence(SETTLE_TIME)?;
    model.answers(&slow);
    for (number, sentence) in (1..).zip(&sentences) {
        if *sentence == refused {
            chat.expect_failed(number)?;
        } else {
            chat.expect_answer(number, &answer_to(sentence))?;
        }
    }
    Ok(())
}

/// GQ-4.4
pub(crate) fn slow_answers_hold_up_nobody_else(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let slow = fixture.words().sentence();
    let held = slow.clone();
    let model = fixture.model(move |call| match call.sentence().unwrap_or_default() {
        sentence if sentence == held => Reply::held(),
        sentence => Reply::answer(answer_to(sentence)),
    })?;
    let server = fixture.server().with(&model).set("WORKERS", 3).set("QUEUE_CAPACITY", 20).start()?;
    let (mut waits, mut other) = (server.chat()?, server.chat()?);
    waits.enqueue(&slow)?;
    let call = model.asked(&server, &slow)?;
    // Their answers are ready and have to wait; the workers that got them must not.
    let ready = fixture.words().sentences(4);
    for sentence in &ready {
        waits.enqueue(sentence)?;
    }
    model.comes_about(LENIENT_SETTLE_TIME, |calls| {
        calls.iter().filter(|call| !call.is_open()).count() == ready.len()
    });
    for (number, sentence) in (1..).zip(fixture.words().sentences(4)) {
        other.enqueue(&sentence)?;
        other.expect_answer(number, &answer_to(&sentence))?;
    }
    model.answers(&call);
    // In which order they come is another requirement's.
    (0..=ready.len()).try_for_each(|_| waits.reply().map(drop))
}

/// GQ-4.5
pub(crate) fn short_streams_are_not_starved(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let sentences = fixture.words().sentences(9);
    let [first, before @ .., only, after1, after2, after3] = sentences.as_slice() else {
        unreachable!("nine")
    };
    let after = [after1, after2, after3];
    let held = first.clone();
    let model = fixture.model(move |call| match call.sentence().unwrap_or_default() {
        sentence if sentence == held => Reply::held(),
        sentence => Reply::answer(answer_to(sentence)),
    })?;
    let server = fixture.server().with(&model).set("WORKERS", 1).set("QUEUE_CAPACITY", 20).start()?;
    let (mut long, mut short) = (server.chat()?, server.chat()?);
    long.enqueue(first)?;
    let call = model.asked(&server, first)?;
    for sentence in before {
        long.enqueue(sentence)?;
    }
    short.enqueue(only)?;
    for sentence in after {
        long.enqueue(sentence)?;
    }
    model.answers(&call);
    let calls = model.expect(&server, "a call for every sentence", |calls| calls.len() == sentences.len())?;
    let place = |sentence: &str| calls.iter().position(|call| call.sentence() == Some(sentence));
    if let Some(sooner) = after.into_iter().find(|sentence| place(sentence) < place(only)) {
        let expected = format!("{only:?} asked before any sentence that the other stream sent after it");
        return Err(server.failure(expected, format!("{sooner:?} was asked first")));
    }
    Ok(())
}

/// GQ-4.6
pub(crate) fn no_worker_is_lost(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_waits()?;
    let workers = fixture.words().rng().usize(2..=4);
    let setup = fixture.server().with(&model).set("WORKERS", workers).set("QUEUE_CAPACITY", 100);
    let server = setup.start()?;
    // How many are asked for is another requirement's: here as many must be left as there were.
    let before = at_once(&fixture, &model, &server, workers, LENIENT_SETTLE_TIME)?;
    for round in 0..=workers {
        trouble(&fixture, &model, &server, before, round)?;
    }
    let after = at_once(&fixture, &model, &server, before, EVENT_TIMEOUT)?;
    if after < before {
        let expected = format!("{before} calls at once, as before clients vanished and calls failed");
        return Err(server.failure(expected, format!("{after}")));
    }
    Ok(())
}

/// Counts how many of the sentences are asked at once; all are answered in the end.
fn at_once(
    fixture: &Fixture<'_>,
    model: &Model<'_>,
    server: &Served<'_>,
    count: usize,
    timeout: Duration,
) -> Result<usize, Stop> {
    let mut chat = server.chat()?;
    let sentences = fixture.words().sentences(count);
    for sentence in &sentences {
        chat.enqueue(sentence)?;
    }
    // A call for a client that has just disconnected may still come in between.
    let ours = |call: &&Call| sentences.iter().any(|sentence| call.sentence() == Some(sentence));
    model.comes_about(timeout, |calls| calls.iter().filter(ours).count() == count);
    let open = model.calls().iter().filter(ours).count();
    for ended in 0..count {
        let expected = "a call for every sentence in the end";
        let calls = model.expect(server, expected, |calls| calls.iter().filter(ours).count() > ended)?;
        let next = calls.iter().filter(ours).nth(ended).expect("so many were just seen");
        model.answers(next);
    }
    chat.half_close();
    for _ in 0..count {
        chat.reply()?;
    }
    chat.expect_ok()?;
    Ok(open)
}

/// Opens this number of streams, each with a call. Half of their clients disconnect, and the calls of the others fail.
fn trouble(
    fixture: &Fixture<'_>,
    model: &Model<'_>,
    server: &Served<'_>,
    streams: usize,
    round: usize,
) -> Verdict {
    let mut open: Vec<(ChatStream<'_>, Call)> = Vec::new();
    for _ in 0..streams {
        let sentence = fixture.words().sentence();
        let mut chat = server.chat()?;
        chat.enqueue(&sentence)?;
        let expected = format!("{streams} calls at once, as before clients vanished and calls failed");
        let ours = |call: &&Call| call.sentence() == Some(&sentence);
        let calls = model.expect(server, &expected, |calls| calls.iter().any(|call| ours(&call)))?;
        open.push((chat, calls.iter().find(ours).expect("it was just seen").clone()));
    }
    for (number, (mut chat, call)) in open.into_iter().enumerate() {
        match (round + number) % 8 {
            0 => chat.cancel(),
            2 => chat.vanish(),
            4 => {
                // With another that waits or is taken just then.
                chat.send(&fixture.words().sentence());
                chat.vanish();
            }
            6 => {
                chat.half_close();
                chat.vanish();
            }
            odd => {
                let (what, reply) = match odd {
                    1 => ("400", Reply::status(400)),
                    3 => ("no JSON", Reply::broken_json()),
                    5 => ("no choice", Reply::no_choice()),
                    _ => ("an answer that is cut off", Reply::cut_off(answer_to("you"))),
                };
                model.replies(&call, what, reply);
                chat.expect_failed(1)?;
                continue;
            }
        }
        // That it is aborted is another requirement's; before it is, the worker isn't free.
        model.comes_about(LENIENT_SETTLE_TIME, |_| !call.is_open());
    }
    Ok(())
}
