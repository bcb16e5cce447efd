//! Clients that send and never read: what they hold is bounded, they are cut in the end, and others don't notice.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use grpc_queue_proto::prost::QueueConversationRequest;

use super::echo;
use crate::Size;
use crate::program::{Programs, Server};
use crate::talk::{Talk, connect};

/// How many of them.
const READERS: usize = 100;

/// How long they try.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);

#[expect(clippy::cast_precision_loss, reason = "sizes for people")]
pub(super) async fn run(programs: &Programs, _size: Size, out: &mut impl Write) -> Result<()> {
    let model = echo()?;
    let base = model.base_url();
    let env = [
        ("OPENAI_BASE_URL", &*base),
        ("OPENAI_API_KEY", "bench"),
        ("WORKERS", "8"),
        ("QUEUE_CAPACITY", "1000"),
        ("SENTENCES_PER_SECOND", "0"),
        ("WRITE_TIMEOUT_MS", "3000"),
    ];
    let server = Server::start(&programs.ours, &["serve"], &env)?;
    let before = server.resident()?;
    let mut pushing = Vec::new();
    for _ in 0..READERS {
        let channel = connect(server.address).await?;
        pushing.push(tokio::spawn(push(Talk::open(&channel, &[]).await?)));
    }
    let mut most = 0;
    let mut longest = Duration::ZERO;
    let channel = connect(server.address).await?;
    let mut talk = Talk::open(&channel, &[]).await?;
    for _ in 0..100 {
        let sent = Instant::now();
        talk.say("I read.").await?;
        // Full or not: an acknowledgement.
        while talk.message().await?.in_reply_to != 0 {}
        longest = longest.max(sent.elapsed());
        most = most.max(server.resident()?);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut cut = 0;
    for task in pushing {
        cut += usize::from(task.await? < STALL_TIMEOUT);
    }
    let grown = most.saturating_sub(before) as f64 / 1e6;
    ensure!(cut == READERS, "{cut} of {READERS} slow readers were cut");
    ensure!(grown < 100.0, "they held {grown:.0} MB");
    writeln!(
        out,
        "held: {READERS} clients that never read hold {grown:.0} MB and are cut; another waits {:.0} ms at most",
        longest.as_secs_f64() * 1e3
    )?;
    Ok(())
}

/// Sends as fast as it goes, until the server no longer reads, and then until it cuts us; returns after how long.
async fn push(talk: Talk) -> Duration {
    let (outgoing, _never_read) = talk.split();
    let began = Instant::now();
    let request = QueueConversationRequest { sentence: "I never read.".to_owned() };
    while began.elapsed() < STALL_TIMEOUT && outgoing.send(request.clone()).await.is_ok() {}
    began.elapsed()
}
