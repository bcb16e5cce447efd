//! How Eliza introduces itself.

use proctor_harness::{Stop, Trial, Verdict};

use crate::fixture::{Fixture, Served};
use crate::wire::{Ask, Code, Said, WireProtocol};

const QUESTION: &str = "How are you feeling today?";

/// GQ-1.14
pub(crate) fn names(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    let name = fixture.words().name();
    let sentences = introduced(&server, &name)?;
    let wrong = match sentences.as_slice() {
        [first, .., last] if !first.contains(&name) || last != QUESTION => true,
        [_, _, ..] => sentences.iter().any(|sentence| sentence.trim().is_empty()),
        _ => true,
    };
    if wrong {
        let expected = format!("several sentences, {name} in the first, and the last {QUESTION:?}");
        return Err(server.failure(expected, format!("{sentences:?}")));
    }
    Ok(())
}

/// GQ-1.15
pub(crate) fn anonymous(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    let sentences = introduced(&server, "")?;
    if sentences.first().is_some_and(|first| first.contains("Anonymous User")) {
        return Ok(());
    }
    Err(server.failure("a first sentence with \"Anonymous User\"", format!("{sentences:?}")))
}

/// All sentences of an introduction, which must end with OK.
fn introduced(server: &Served<'_>, name: &str) -> Result<Vec<String>, Stop> {
    let answered = server.call(WireProtocol::GRPC, "Introduce", Ask::Name(name), false)?;
    if !answered.end.is(Code::OK) {
        return Err(server.failure("a stream that ends with OK", format!("it ended with {}", answered.end)));
    }
    let said = answered.messages.iter().map(|message| Said::decoded(WireProtocol::GRPC.codec, message));
    let said: Result<Vec<_>, _> = said.collect();
    let said = said.map_err(|unreadable| server.failure("sentences", unreadable))?;
    Ok(said.into_iter().map(|said| said.sentence).collect())
}
