//! How long a client waits for "enqueued", at 10,000 sentences a second.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use grpc_queue_proto::prost::QueueConversationRequest;

use crate::Size;
use crate::program::{Programs, Server};
use crate::report::{Aim, median};
use crate::talk::{Talk, connect};

/// Number of streams and connections, and the interval between sentences of a stream: 10,000 a second together.
const STREAMS: usize = 100;
const CONNECTIONS: usize = 8;
const EVERY: Duration = Duration::from_millis(10);

pub(crate) async fn run(programs: &Programs, size: Size, out: &mut impl Write) -> Result<()> {
    let server = Server::start(&programs.ours, &["serve"], &[("QUEUE_CAPACITY", "1000000")])?;
    let (mut halves, mut tails, mut most) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..size.rounds {
        let mut waits = round(&server, size.time).await?;
        waits.sort_unstable();
        let at = |share: usize| waits[(waits.len() - 1) * share / 1000].as_secs_f64() * 1e3;
        halves.push(at(500));
        tails.push(at(990));
        most.push(at(1000));
    }
    let (half, tail, most) = (median(halves), median(tails), median(most));
    writeln!(
        out,
        "from sentence to \"enqueued\": median {half:.2} ms, p99 {tail:.2} ms, longest {most:.2} ms\n"
    )?;
    Aim::at_most("p99 is … ms", tail, 1.0).tell(out)
}

async fn round(server: &Server, time: Duration) -> Result<Vec<Duration>> {
    let mut channels = Vec::new();
    for _ in 0..CONNECTIONS {
        channels.push(connect(server.address).await?);
    }
    let mut talks = Vec::new();
    for number in 0..STREAMS {
        talks.push(Talk::open(&channels[number % CONNECTIONS], &[]).await?);
    }
    let began = tokio::time::Instant::now();
    let each = talks.into_iter().enumerate().map(|(number, talk)| {
        // Spread over the interval, as strangers are.
        let first = began + EVERY * u32::try_from(number).unwrap_or(0) / u32::try_from(STREAMS).unwrap_or(1);
        tokio::spawn(stream(talk, first, began + time))
    });
    let mut waits = Vec::new();
    for of_stream in try_join_all(each).await? {
        waits.extend(of_stream?);
    }
    Ok(waits)
}

/// One sentence at a time: the next is never sent before the last is acknowledged, and never early.
async fn stream(
    talk: Talk,
    first: tokio::time::Instant,
    until: tokio::time::Instant,
) -> Result<Vec<Duration>> {
    let (outgoing, mut incoming) = talk.split();
    let mut ticks = tokio::time::interval_at(first, EVERY);
    let mut waits = Vec::new();
    while tokio::time::Instant::now() < until {
        ticks.tick().await;
        let sent = Instant::now();
        outgoing.send(QueueConversationRequest { sentence: "I feel happy.".to_owned() }).await?;
        let reply = incoming.message().await?;
        ensure!(reply.is_some_and(|reply| reply.sentence == "enqueued"), "expected \"enqueued\"");
        waits.push(sent.elapsed());
    }
    Ok(waits)
}
