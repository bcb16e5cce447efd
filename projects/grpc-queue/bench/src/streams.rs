//! What open streams hold in memory.

use std::io::Write;

use anyhow::{Result, ensure};

use crate::Size;
use crate::program::{Programs, Server};
use crate::report::Aim;
use crate::talk::{Talk, connect};

/// Streams on each connection.
const EACH: usize = 100;

#[expect(clippy::cast_precision_loss, reason = "sizes for people")]
pub(crate) async fn run(programs: &Programs, size: Size, out: &mut impl Write) -> Result<()> {
    let server = Server::start(&programs.ours, &["serve"], &[("QUEUE_CAPACITY", "1000000")])?;
    let before = server.resident()?;
    let mut talks = Vec::new();
    for _ in 0..size.streams.div_ceil(EACH) {
        let channel = connect(server.address).await?;
        for _ in 0..EACH {
            let mut talk = Talk::open(&channel, &[]).await?;
            talk.say("I feel happy.").await?;
            ensure!(talk.message().await?.sentence == "enqueued", "expected \"enqueued\"");
            talks.push(talk);
        }
    }
    let after = server.resident()?;
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    writeln!(
        out,
        "{} streams with a sentence each: {:.0} MB, {:.0} MB before; {:.1} kB a stream\n",
        talks.len(),
        megabytes(after),
        megabytes(before),
        after.saturating_sub(before) as f64 / talks.len() as f64 / 1e3
    )?;
    Aim::at_most("they hold … MB", megabytes(after), 500.0).tell(out)
}
