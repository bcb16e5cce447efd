//! Sentences that are refused whatever room there is.

use proctor_harness::{Trial, Verdict};

use crate::fixture::{ChatStream, Fixture};

/// GQ-2.9
pub(crate) fn blank(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().set("QUEUE_CAPACITY", 2).start()?;
    let mut chat = server.chat()?;
    refused(&mut chat, 1, "")?;
    chat.enqueue(&fixture.words().sentence())?;
    refused(&mut chat, 3, "   ")?;
    refused(&mut chat, 4, "\t \n")?;
    chat.enqueue(&fixture.words().sentence())?;
    chat.send(&fixture.words().sentence());
    chat.expect_full()?;
    refused(&mut chat, 7, " ")?;
    refused(&mut chat, 8, "")
}

/// GQ-2.10
pub(crate) fn long(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let some = fixture.words().rng().usize(20..=200);
    for (set, longest) in [(true, some), (false, 4096)] {
        let server = fixture.server().set("QUEUE_CAPACITY", 2);
        let server = if set { server.set("MAX_SENTENCE_BYTES", longest) } else { server }.start()?;
        let mut chat = server.chat()?;
        let of = |bytes| fixture.words().sentence_of(bytes);
        chat.enqueue(&of(longest))?;
        refused(&mut chat, 2, &of(longest + 1))?;
        refused(&mut chat, 3, &of(longest * 2))?;
        chat.enqueue(&of(longest))?;
        chat.send(&of(longest));
        chat.expect_full()?;
        refused(&mut chat, 6, &of(longest + 1))?;
    }
    Ok(())
}

/// Sends a sentence that must be refused in place of its acknowledgement.
fn refused(chat: &mut ChatStream<'_>, number: u32, sentence: &str) -> Verdict {
    chat.send(sentence);
    let received = chat.next()?;
    let said = &received.said;
    if said.failed && said.in_reply_to == number && !said.sentence.trim().is_empty() {
        return Ok(());
    }
    let expected =
        format!("a refusal: a message with failed, in reply to {number}, and a reason as its sentence");
    Err(chat.failure(expected, said.to_string()))
}
