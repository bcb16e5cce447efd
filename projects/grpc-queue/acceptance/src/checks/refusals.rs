//! Sentences that are refused whatever room there is.

use proctor_harness::{Trial, Verdict};

use crate::fixture::{Fixture, Talk};

/// GQ-2.9
pub(crate) fn blank(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().set("QUEUE_CAPACITY", 2).start()?;
    let mut talk = server.talk()?;
    refused(&mut talk, 1, "")?;
    talk.enqueue(&fixture.words().sentence())?;
    refused(&mut talk, 3, "   ")?;
    refused(&mut talk, 4, "\t \n")?;
    talk.enqueue(&fixture.words().sentence())?;
    talk.send(&fixture.words().sentence());
    talk.expect_full()?;
    refused(&mut talk, 7, " ")?;
    refused(&mut talk, 8, "")
}

/// GQ-2.10
pub(crate) fn long(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let some = fixture.words().rng().usize(20..=200);
    for (set, longest) in [(true, some), (false, 4096)] {
        let server = fixture.server().set("QUEUE_CAPACITY", 2);
        let server = if set { server.set("MAX_SENTENCE_BYTES", longest) } else { server }.start()?;
        let mut talk = server.talk()?;
        let of = |bytes| fixture.words().sentence_of(bytes);
        talk.enqueue(&of(longest))?;
        refused(&mut talk, 2, &of(longest + 1))?;
        refused(&mut talk, 3, &of(longest * 2))?;
        talk.enqueue(&of(longest))?;
        talk.send(&of(longest));
        talk.expect_full()?;
        refused(&mut talk, 6, &of(longest + 1))?;
    }
    Ok(())
}

/// Sends a sentence that must be refused in place of its acknowledgement.
fn refused(talk: &mut Talk<'_>, number: u32, sentence: &str) -> Verdict {
    talk.send(sentence);
    let heard = talk.next()?;
    let said = &heard.said;
    if said.failed && said.in_reply_to == number && !said.sentence.trim().is_empty() {
        return Ok(());
    }
    let expected =
        format!("a refusal: a message with failed, in reply to {number}, and a reason as its sentence");
    Err(talk.failure(expected, said.to_string()))
}
