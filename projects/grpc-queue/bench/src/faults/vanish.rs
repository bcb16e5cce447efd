//! A thousand streams of which one in ten disconnects in the middle: the others get all their answers, and nothing is
//! left of those that disconnected.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;

use super::{answer, echo};
use crate::Size;
use crate::program::{Programs, Server};
use crate::talk::{Talk, connect};

/// Sentences of each stream.
const SENTENCES: usize = 5;

/// Streams on a connection: a vanishing stream has one of its own.
const EACH: usize = 50;

#[expect(clippy::cast_precision_loss, reason = "sizes for people")]
pub(super) async fn run(programs: &Programs, size: Size, out: &mut impl Write) -> Result<()> {
    let model = echo()?;
    let base = model.base_url();
    let env = [
        ("OPENAI_BASE_URL", &*base),
        ("OPENAI_API_KEY", "bench"),
        ("WORKERS", "32"),
        ("QUEUE_CAPACITY", "100000"),
    ];
    let server = Server::start(&programs.ours, &["serve"], &env)?;
    let streams = size.streams / 10;
    let files = server.open_files()?;
    let mut memory = Vec::new();
    for round in 0..5 {
        once(&server, streams, round).await.with_context(|| format!("round {round}"))?;
        memory.push(server.resident()? as f64 / 1e6);
    }
    settled(&server, files).await?;
    // The first rounds fill the allocator's pools; from then on nothing may grow.
    let (before, after) = (memory[1], memory[4]);
    ensure!(after <= before * 1.1 + 4.0, "memory grew from {before:.0} to {after:.0} MB in three rounds");
    writeln!(
        out,
        "held: {streams} streams five times, one in ten vanished; {:.0}, {before:.0}, then {after:.0} MB",
        memory[0]
    )?;
    Ok(())
}

async fn once(server: &Server, streams: usize, round: usize) -> Result<()> {
    let mut shared = Vec::new();
    for _ in 0..streams.div_ceil(EACH) {
        shared.push(connect(server.address).await?);
    }
    let mut tasks = Vec::new();
    for number in 0..streams {
        let vanishes = number % 10 == 3;
        let channel = if vanishes { connect(server.address).await? } else { shared[number / EACH].clone() };
        tasks.push(tokio::spawn(async move {
            let talk = Talk::open(&channel, &[]).await?;
            // The connection goes with its only channel.
            drop(channel);
            if vanishes { vanish(talk).await } else { stay(talk, round, number).await }
        }));
    }
    for done in try_join_all(tasks).await? {
        done?;
    }
    Ok(())
}

async fn vanish(mut talk: Talk) -> Result<()> {
    for _ in 0..3 {
        talk.say("I am about to leave.").await?;
    }
    talk.message().await?;
    Ok(())
}

async fn stay(mut talk: Talk, round: usize, number: usize) -> Result<()> {
    let sentence = |place: usize| format!("sentence {place} of stream {number} in round {round}");
    for place in 1..=SENTENCES {
        talk.say(sentence(place)).await?;
    }
    talk.finish();
    let (mut acknowledged, mut answered) = (0, 0);
    while let Some(message) = talk.next().await? {
        if message.in_reply_to == 0 {
            ensure!(message.sentence == "enqueued", "{message:?}");
            acknowledged += 1;
        } else {
            answered += 1;
            ensure!(
                message.sentence == answer(&sentence(answered)),
                "expected answer {answered}: {message:?}"
            );
            ensure!(answered <= acknowledged, "answer {answered} came before its acknowledgement");
        }
    }
    ensure!((acknowledged, answered) == (SENTENCES, SENTENCES), "{acknowledged} and {answered}");
    Ok(())
}

/// Sockets of those who went are closed within seconds.
async fn settled(server: &Server, before: usize) -> Result<()> {
    for _ in 0..100 {
        // Connections to the model are kept for the next call.
        if server.open_files()? <= before + 40 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("{} files are open, {before} were before", server.open_files()?)
}
