//! A conversation with Eliza itself. Only the first check says more than two sentences on a stream, and only that of
//! the end says none or one before it half-closes: so that a fault is seen where it belongs.

use std::time::Duration;

use proctor_harness::{Stop, Trial, Verdict};

use crate::fixture::{ChatStream, Fixture, Served};
use crate::wire::{Http, WireProtocol};

/// Settle time: how long a check waits for a second answer.
const SETTLE_TIME: Duration = Duration::from_millis(300);

/// GQ-1.9
pub(crate) fn answers_each(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    let mut chat = converse(&server, WireProtocol::GRPC)?;
    let count = fixture.words().rng().usize(4..=8);
    for sentence in fixture.words().sentences(count) {
        answered(&mut chat, &sentence)?;
    }
    chat.expect_silence(SETTLE_TIME)
}

/// GQ-1.10
pub(crate) fn goodbye(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    let connection = server.connect(Http::Two)?;
    for goodbye in goodbyes(&fixture) {
        let mut chat = server.open_stream_on(&connection, WireProtocol::GRPC, "Converse", &[]);
        answered(&mut chat, &fixture.words().sentence())?;
        chat.send_all([goodbye.as_str(), "I am still here"]);
        hears_an_answer(&mut chat)?;
        chat.expect_ok()?;
    }
    Ok(())
}

/// GQ-1.11
pub(crate) fn no_goodbye(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    let connection = server.connect(Http::Two)?;
    let name = fixture.words().name();
    let sentences = [
        format!("bye {name}"),
        format!("{name} said goodbye"),
        "byebye".to_owned(),
        "I want to quit smoking.".to_owned(),
        "exit, pursued by a bear".to_owned(),
        "Good bye.".to_owned(),
    ];
    for sentence in sentences {
        let mut chat = server.open_stream_on(&connection, WireProtocol::GRPC, "Converse", &[]);
        answered(&mut chat, &sentence)?;
        answered(&mut chat, &fixture.words().sentence())?;
        chat.expect_open()?;
    }
    Ok(())
}

/// GQ-1.12
pub(crate) fn ends_with_the_client(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    for sentences in [0, 1, 2] {
        let mut chat = converse(&server, WireProtocol::GRPC)?;
        for sentence in fixture.words().sentences(sentences) {
            answered(&mut chat, &sentence)?;
        }
        chat.half_close();
        chat.expect_ok()?;
    }
    Ok(())
}

/// GQ-1.13
pub(crate) fn on_http2(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    let dialects = [
        WireProtocol::connect_json(Http::Two),
        WireProtocol::connect_proto(Http::Two),
        WireProtocol::grpc_web(Http::Two),
    ];
    for protocol in dialects {
        let mut chat = converse(&server, protocol)?;
        answered(&mut chat, &fixture.words().sentence())?;
        answered(&mut chat, &fixture.words().sentence())?;
        chat.half_close();
        chat.expect_ok()?;
    }
    Ok(())
}

fn converse<'s>(server: &Served<'s>, protocol: WireProtocol) -> Result<ChatStream<'s>, Stop> {
    server.open_stream(protocol, "Converse", &[])
}

/// Sends a sentence and receives the answer before anything else is sent.
fn answered(chat: &mut ChatStream<'_>, sentence: &str) -> Verdict {
    chat.send(sentence);
    hears_an_answer(chat)
}

fn hears_an_answer(chat: &mut ChatStream<'_>) -> Verdict {
    let received = chat.next()?;
    if received.said.sentence.trim().is_empty() {
        return Err(chat.failure("an answer that isn't empty", received.said.to_string()));
    }
    Ok(())
}

/// All four words, in all the ways in which they are goodbyes.
fn goodbyes(fixture: &Fixture<'_>) -> Vec<String> {
    let mut words = fixture.words();
    let mut goodbyes: Vec<String> = ["bye", "exit", "goodbye", "quit"].map(str::to_owned).into();
    goodbyes.extend(["Bye.", "EXIT", "'goodbye'", "  quit\t", "\"quit!\"", " GoodBye?! "].map(str::to_owned));
    for word in ["bye", "exit", "goodbye", "quit"] {
        let mut marks = |most| -> String {
            let count = words.rng().usize(0..=most);
            (0..count).map(|_| words.pick(&['.', '!', '?', '\'', '"'])).collect()
        };
        let (before, after) = (marks(2), marks(3));
        let word: String = word
            .chars()
            .map(|letter| if words.rng().bool() { letter.to_ascii_uppercase() } else { letter })
            .collect();
        let blanks = [words.pick(&["", " ", "\t "]), words.pick(&["", " ", "  "])];
        goodbyes.push(format!("{}{before}{word}{after}{}", blanks[0], blanks[1]));
    }
    goodbyes
}
