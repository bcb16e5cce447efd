//! The bounded queue where nothing is taken from it: how sentences are acknowledged.
//!
//! Each check has sizes of its own, so that a fault is seen where it belongs.

use std::time::{Duration, Instant};

use proctor_harness::{Stop, Trial, Verdict};

use crate::fixture::{Ack, ChatStream, Fixture, Served};
use crate::wire::{Http, WireProtocol};

/// Settle time: how long a check waits for what must not come.
const SETTLE_TIME: Duration = Duration::from_millis(300);

/// A second, and what a busy machine may add.
const WITHIN_A_SECOND: Duration = Duration::from_secs(2);

/// GQ-2.1
pub(crate) fn room_is_enqueued(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let capacity = fixture.words().rng().usize(12..=16);
    let server = fixture.server().set("QUEUE_CAPACITY", capacity).start()?;
    // Whatever a sentence says, it is one.
    let mut sentences = fixture.words().sentences(capacity);
    let special = ["Goodbye.", "enqueued", "queue is full!", "  so sad \n", "{}", "%s \u{0} \\"];
    sentences.iter_mut().zip(special).for_each(|(sentence, special)| special.clone_into(sentence));
    fixture.words().rng().shuffle(&mut sentences);
    let mut chat = server.chat()?;
    for sentence in sentences {
        chat.enqueue(&sentence)?;
    }
    chat.expect_silence(SETTLE_TIME)
}

/// GQ-2.2
pub(crate) fn full_is_refused(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let capacity = fixture.words().rng().usize(21..=25);
    let server = fixture.server().set("QUEUE_CAPACITY", capacity).start()?;
    let mut first = server.chat()?;
    for sentence in fixture.words().sentences(capacity) {
        first.enqueue(&sentence)?;
    }
    let refused = fixture.words().rng().usize(2..=9);
    for sentence in fixture.words().sentences(refused) {
        first.send(&sentence);
        first.expect_full()?;
    }
    // What was refused must not come back for a place when there is one.
    let mut other = server.chat()?;
    first.half_close();
    let until = Instant::now() + WITHIN_A_SECOND;
    while other.try_enqueue(&fixture.words().sentence())? == Ack::Full {
        if Instant::now() >= until {
            // That no place was freed is not for this check to say.
            return Ok(());
        }
        fixture.pause(Duration::from_millis(100));
    }
    for sentence in fixture.words().sentences(capacity - 1) {
        other.enqueue(&sentence)?;
    }
    other.send(&fixture.words().sentence());
    other.expect_full()
}

/// GQ-2.3
pub(crate) fn capacity_is_kept(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let some = fixture.words().rng().usize(4..=9);
    let many = fixture.words().rng().usize(55..=65);
    for capacity in [None, Some(1), Some(some), Some(many)] {
        let server = match capacity {
            None => fixture.server(),
            Some(capacity) => fixture.server().set("QUEUE_CAPACITY", capacity),
        };
        let server = server.start()?;
        let mut chat = server.chat()?;
        for sentence in fixture.words().sentences(capacity.unwrap_or(3)) {
            chat.enqueue(&sentence)?;
        }
        chat.send(&fixture.words().sentence());
        chat.expect_full()?;
    }
    Ok(())
}

/// GQ-2.4
pub(crate) fn each_is_acknowledged_once(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let capacity = fixture.words().rng().usize(85..=95);
    let server = fixture.server().set("QUEUE_CAPACITY", capacity).start()?;
    let mut chat = server.chat()?;
    let sentences = fixture.words().sentences(capacity + 12);
    let begun = Instant::now();
    chat.send_all(&sentences);
    for number in 1..=sentences.len() {
        let expected = if number <= capacity { Ack::Enqueued } else { Ack::Full };
        let received = chat.next()?;
        if received.said.is_reply() || received.said.sentence != expected.words() {
            let expected = format!("{:?} as acknowledgement {number}", expected.words());
            return Err(chat.failure(expected, received.said.to_string()));
        }
        let took = received.at.duration_since(begun);
        if took > Duration::from_secs(3) {
            let expected = "acknowledgements at once: three seconds for all are plenty";
            return Err(
                chat.failure(expected, format!("number {number} came after {:.1} s", took.as_secs_f64()))
            );
        }
    }
    chat.expect_silence(SETTLE_TIME)
}

/// GQ-2.5
pub(crate) fn full_stays_open(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().set("QUEUE_CAPACITY", 3).start()?;
    let mut chat = server.chat()?;
    for sentence in fixture.words().sentences(3) {
        chat.enqueue(&sentence)?;
    }
    for sentence in fixture.words().sentences(30) {
        chat.send(&sentence);
        chat.expect_full()?;
    }
    chat.expect_silence(Duration::from_secs(1))?;
    chat.send(&fixture.words().sentence());
    chat.expect_full()
}

/// GQ-2.6
pub(crate) fn streams_share_it(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let capacity = fixture.words().rng().usize(2..=5);
    let server = fixture.server().set("QUEUE_CAPACITY", capacity).start()?;
    let connection = server.connect(Http::Two)?;
    let shared = || server.open_stream_on(&connection, WireProtocol::GRPC, "QueueConversation", &[]);
    let mut first = shared();
    for sentence in fixture.words().sentences(capacity - 1) {
        first.enqueue(&sentence)?;
    }
    let mut second = shared();
    second.enqueue(&fixture.words().sentence())?;
    let mut elsewhere = server.chat()?;
    for chat in [&mut elsewhere, &mut second, &mut first] {
        chat.send(&fixture.words().sentence());
        chat.expect_full()?;
    }
    Ok(())
}

/// GQ-2.7
pub(crate) fn end_frees_places(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let capacity = fixture.words().rng().usize(2..=6);
    let server = fixture.server().set("QUEUE_CAPACITY", capacity).start()?;
    let mut chat = server.chat()?;
    for sentence in fixture.words().sentences(capacity) {
        chat.enqueue(&sentence)?;
    }
    chat.half_close();
    chat.expect_ok()?;
    // The stream may end a moment before its places are free.
    all_free(&server, capacity, Duration::from_secs(1), "the end").map(drop)
}

/// GQ-2.8
pub(crate) fn gone_frees_places(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let capacity = fixture.words().rng().usize(2..=6);
    let server = fixture.server().set("QUEUE_CAPACITY", capacity).start()?;
    let mut first = server.chat()?;
    for sentence in fixture.words().sentences(capacity) {
        first.enqueue(&sentence)?;
    }
    first.cancel();
    let second = all_free(&server, capacity, WITHIN_A_SECOND, "the client cancelled its call")?;
    second.vanish();
    all_free(&server, capacity, WITHIN_A_SECOND, "the client vanished").map(drop)
}

/// GQ-2.11
pub(crate) fn on_http2(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    let dialects = [
        WireProtocol::connect_json(Http::Two),
        WireProtocol::connect_proto(Http::Two),
        WireProtocol::grpc_web(Http::Two),
    ];
    for protocol in dialects {
        let mut chat = server.open_stream(protocol, "QueueConversation", &[])?;
        for sentence in fixture.words().sentences(5) {
            // The queue is filled by whoever comes first.
            chat.try_enqueue(&sentence)?;
        }
        chat.expect_silence(Duration::from_millis(100))?;
    }
    Ok(())
}

/// Expects this number of free places, now or within this time. Returns the stream that took them.
fn all_free<'s>(
    server: &Served<'s>,
    capacity: usize,
    within: Duration,
    after: &str,
) -> Result<ChatStream<'s>, Stop> {
    let until = Instant::now() + within;
    let fixture = server.fixture();
    let mut chat = server.chat()?;
    let mut free = 0;
    while free < capacity {
        let asked = Instant::now();
        match chat.try_enqueue(&fixture.words().sentence())? {
            Ack::Enqueued => free += 1,
            Ack::Full if asked >= until => {
                let within = within.as_secs_f64();
                let expected = format!("{capacity} free places within {within} s after {after}");
                return Err(server.failure(expected, format!("there were {free}")));
            }
            Ack::Full => fixture.pause(Duration::from_millis(20)),
        }
    }
    Ok(chat)
}
