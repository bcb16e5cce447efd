//! Faults under load: what must hold is checked, not timed. Each ends with one line, or with an error that says what
//! did not hold.

mod down;
mod kill;
mod slow;
mod vanish;

use std::io::Write;

use anyhow::Result;
use fake_openai::{FakeOpenAi, Reply};

use crate::Size;
use crate::program::Programs;

pub(crate) use kill::run as kills;

/// Clients that vanish, readers that are slow, a model that is down.
pub(crate) async fn run(programs: &Programs, size: Size, out: &mut impl Write) -> Result<()> {
    vanish::run(programs, size, out).await?;
    slow::run(programs, size, out).await?;
    down::run(programs, size, out).await
}

/// A model whose answer contains its sentence.
fn echo() -> Result<FakeOpenAi> {
    Ok(FakeOpenAi::builder()
        .unrecorded()
        .start(|call| Reply::answer(answer(call.sentence().unwrap_or_default())))?)
}

/// The answer to a sentence.
fn answer(sentence: &str) -> String {
    format!("You say: {sentence}")
}
