//! The shutdown: what was acknowledged is answered, nothing more is admitted, and it ends in time.

use std::time::{Duration, Instant};

use fake_openai::Reply;
use proctor_harness::{Ending, Signal, Stop, Trial, Verdict};

use crate::fixture::{Ack, ChatStream, Fixture, Served, answer_to};
use crate::wire::{End, Http, WireProtocol};

/// Settle time: how long a check waits for what must not come.
const SETTLE_TIME: Duration = Duration::from_millis(250);
/// A program needs a moment until it has seen a signal, longer on a machine that is busy.
const SEEN: Duration = Duration::from_secs(3);
/// Beside what the brief allows, for a machine that is busy.
const ALLOWANCE: Duration = Duration::from_secs(3);
/// What a shutdown may take beyond `DRAIN_MS`.
const BEYOND: Duration = Duration::from_secs(2);
/// How long the last pending answer is held back: longer than a shutdown with little time may take. No hard-coded time
/// fits both.
const HELD: Duration = Duration::from_millis(5500);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(20);

/// GQ-4.7
pub(crate) fn acknowledged_is_answered(trial: &mut Trial<'_>) -> Verdict {
    const DRAIN: Duration = Duration::from_secs(9);
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_waits()?;
    let setup = fixture.server().with(&model).set("WORKERS", 1).set("QUEUE_CAPACITY", 5);
    let server = setup.set("DRAIN_MS", DRAIN.as_millis()).start()?;
    let (mut open, mut ended) = (server.chat()?, server.chat()?);
    let sentences = fixture.words().sentences(4);
    let [asked @ .., last] = sentences.as_slice() else { unreachable!("four were asked for") };
    for sentence in asked {
        open.enqueue(sentence)?;
    }
    model.asked(&server, &asked[0])?;
    ended.enqueue(last)?;
    ended.half_close();
    server.signal(Signal::Term)?;
    let told = Instant::now();
    open.expect_silence(SETTLE_TIME)?;
    ended.expect_silence(Duration::ZERO)?;
    for next in 0..sentences.len() {
        let calls =
            model.expect(&server, "a call for each acknowledged sentence", |calls| calls.len() > next)?;
        if next + 1 == sentences.len() {
            fixture.pause(HELD.saturating_sub(told.elapsed()));
        }
        model.answers(&calls[next]);
    }
    for (number, sentence) in (1..).zip(asked) {
        open.expect_answer(number, &answer_to(sentence))?;
    }
    ended.expect_answer(1, &answer_to(last))?;
    ended.set_timeout(DRAIN + BEYOND + ALLOWANCE);
    ended.expect_ok()?;
    // Its client hasn't ended: the server chooses the status.
    open.set_timeout(DRAIN + BEYOND + ALLOWANCE);
    if let End::Broken(how) = open.end()? {
        return Err(open.failure("the end of the stream with a status", how));
    }
    let finished = server.wait(DRAIN + BEYOND + ALLOWANCE)?;
    match finished.ending {
        Ending::Exited(0) => Ok(()),
        ending => Err(server.failure("exit code 0 after SIGTERM", format!("it {ending}"))),
    }
}

/// GQ-4.8
pub(crate) fn nothing_is_admitted(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_waits()?;
    let setup = fixture.server().with(&model).set("WORKERS", 1).set("QUEUE_CAPACITY", 1000);
    let server = setup.set("DRAIN_MS", 20_000).start()?;
    let mut chat = server.chat()?;
    let first = fixture.words().sentence();
    chat.enqueue(&first)?;
    // While this call waits, the shutdown does.
    model.asked(&server, &first)?;
    server.signal(Signal::Term)?;
    let seen = Instant::now() + SEEN;
    never_again(&fixture, seen, || is_enqueued(&fixture, &mut chat)).map_err(|()| {
        server.failure("no sentence enqueued after SIGTERM", format!("{:?}", Ack::Enqueued.words()))
    })?;
    never_again(&fixture, seen, || says(&fixture, &server))
        .map_err(|()| server.failure("no answer on a new connection after SIGTERM", "an answer to Say"))
}

/// Tries until it doesn't happen three times in a row. An error where it still happens when the signal was surely seen.
fn never_again(fixture: &Fixture<'_>, seen: Instant, mut happens: impl FnMut() -> bool) -> Result<(), ()> {
    let mut missed = 0;
    while missed < 3 {
        let begun = Instant::now();
        if !happens() {
            missed += 1;
        } else if begun > seen {
            return Err(());
        } else {
            missed = 0;
        }
        fixture.pause(PAUSE);
    }
    Ok(())
}

/// Whether a new sentence is enqueued. No answer at all is an answer, too.
fn is_enqueued(fixture: &Fixture<'_>, chat: &mut ChatStream<'_>) -> bool {
    chat.send(&fixture.words().sentence());
    chat.next_within(SETTLE_TIME)
        .is_some_and(|received| received.said.sentence == Ack::Enqueued.words() && !received.said.failed)
}

/// Whether `Say` is answered on a new connection.
fn says(fixture: &Fixture<'_>, server: &Served<'_>) -> bool {
    server.says_within(SETTLE_TIME, &fixture.words().sentence())
}

/// GQ-4.9
pub(crate) fn ends_in_time(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_waits()?;
    let drain = fixture.words().rng().u64(100..300);
    let server = fixture.server().with(&model).set("WORKERS", 1).set("DRAIN_MS", drain).start()?;
    let (mut asked, mut ended, idle) = (server.chat()?, server.chat()?, server.chat()?);
    let first = fixture.words().sentence();
    asked.enqueue(&first)?;
    model.asked(&server, &first)?;
    asked.enqueue(&fixture.words().sentence())?;
    ended.enqueue(&fixture.words().sentence())?;
    ended.half_close();
    let converse = server.open_stream(WireProtocol::GRPC, "Converse", &[])?;
    let unused = (server.connect(Http::One)?, server.connect(Http::Two)?);
    let half = half_a_request(&server)?;
    server.signal(Signal::Term)?;
    let within = Duration::from_millis(drain) + BEYOND + ALLOWANCE;
    server.wait(within).map_err(|stop| explained(stop, &server, drain))?;
    drop((asked, ended, idle, converse, unused, half));
    Ok(())
}

/// A connection on which the head of a request has begun.
fn half_a_request(server: &Served<'_>) -> Result<std::net::TcpStream, Stop> {
    use std::io::Write as _;
    let mut socket = std::net::TcpStream::connect(server.address())
        .map_err(|error| server.failure("a server that accepts connections", error.to_string()))?;
    // If the server has ended, the check learns of it from the next step.
    socket.write_all(b"POST /connectrpc.eliza.v1.ElizaService/Say HTTP/1.1\r\nhost:").ok();
    Ok(socket)
}

/// The wait's own failure doesn't name what was open.
fn explained(stop: Stop, server: &Served<'_>, drain: u64) -> Stop {
    match stop {
        Stop::Failed(_) if server.is_running() => {
            let expected = format!(
                "an end within DRAIN_MS={drain} and two seconds after SIGTERM, with a call, streams and connections open"
            );
            server.failure(expected, "it still ran, some seconds after that")
        }
        other => other,
    }
}

/// GQ-4.10
pub(crate) fn second_signal_ends_it(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model(|_| Reply::hang())?;
    let server = fixture.server().with(&model).set("WORKERS", 1).set("DRAIN_MS", 60_000).start()?;
    let mut chat = server.chat()?;
    let first = fixture.words().sentence();
    chat.enqueue(&first)?;
    model.asked(&server, &first)?;
    server.signal(Signal::Term)?;
    // Two that come at once are one. What a server does that has seen the first is another requirement's.
    let seen = Instant::now() + SEEN;
    while Instant::now() < seen && says(&fixture, &server) {
        fixture.pause(PAUSE);
    }
    fixture.pause(SETTLE_TIME);
    if !server.is_running() {
        return Ok(());
    }
    server.signal(Signal::Term)?;
    server.wait(Duration::from_secs(1) + ALLOWANCE).map_err(|stop| match stop {
        Stop::Failed(_) if server.is_running() => server.failure(
            "an end within a second after the second SIGTERM",
            "it still ran, some seconds after that",
        ),
        other => other,
    })?;
    Ok(())
}
