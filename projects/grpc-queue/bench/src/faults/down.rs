//! A model that is down for a while: the queue reports that it is full, nothing that was acknowledged is lost, and
//! when the model is back so are the answers.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use fake_openai::{FakeOpenAi, Reply};

use super::answer;
use crate::Size;
use crate::program::{Programs, Server};
use crate::talk::{Talk, connect};

pub(super) async fn run(programs: &Programs, size: Size, out: &mut impl Write) -> Result<()> {
    let down = Arc::new(AtomicBool::new(true));
    let is_down = Arc::clone(&down);
    let model = FakeOpenAi::builder().unrecorded().start(move |call| {
        if is_down.load(Ordering::Relaxed) {
            Reply::drop_connection()
        } else {
            Reply::answer(answer(call.sentence().unwrap_or_default()))
        }
    })?;
    let base = model.base_url();
    let env = [
        ("OPENAI_BASE_URL", &*base),
        ("OPENAI_API_KEY", "bench"),
        ("WORKERS", "4"),
        ("QUEUE_CAPACITY", "100"),
        ("BREAKER_OPEN_MS", "2000"),
        ("RETRY_ATTEMPTS", "10"),
    ];
    let server = Server::start(&programs.ours, &["serve"], &env)?;
    let channel = connect(server.address).await?;
    let mut talk = Talk::open(&channel, &[]).await?;
    let outage = size.time * 12;
    let began = Instant::now();
    let mut sent = 0_u32;
    let mut ledger = Ledger::default();
    while began.elapsed() < outage {
        sent += 1;
        talk.say(format!("sentence {sent}")).await?;
        while !ledger.take(&talk.message().await?)? {}
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let calls = model.total();
    down.store(false, Ordering::Relaxed);
    let back = Instant::now();
    talk.finish();
    let mut first = None;
    while let Some(message) = talk.next().await? {
        ledger.take(&message)?;
        if message.in_reply_to != 0 && !message.failed {
            first.get_or_insert_with(|| back.elapsed());
        }
    }
    let Ledger { enqueued, full, answered, failed } = ledger;
    ensure!(enqueued + full == sent, "{sent} sent, {enqueued} enqueued, {full} met a full queue");
    ensure!(answered + failed == enqueued, "{enqueued} enqueued, {answered} answered, {failed} failed");
    ensure!(full > 0 && answered >= 100, "the queue never filled up, or was lost: {answered} answered");
    let first = first.unwrap_or_default().as_secs_f64();
    writeln!(
        out,
        "held: down for {:.0} s: {sent} sent, {enqueued} enqueued, {full} met a full queue, {failed} failed, \
         {answered} answered; {calls} calls were tried; the first answer came {first:.1} s after",
        outage.as_secs_f64()
    )?;
    Ok(())
}

#[derive(Debug, Default)]
struct Ledger {
    enqueued: u32,
    full: u32,
    answered: u32,
    failed: u32,
}

impl Ledger {
    /// Counts a message; says whether it was an acknowledgement.
    fn take(&mut self, message: &grpc_queue_proto::prost::QueueConversationResponse) -> Result<bool> {
        match (message.in_reply_to, message.failed, &*message.sentence) {
            (0, false, "enqueued") => self.enqueued += 1,
            (0, false, "queue is full!") => self.full += 1,
            (number, true, _) if number > 0 => self.failed += 1,
            (number, false, said) if said == answer(&format!("sentence {number}")) => self.answered += 1,
            _ => anyhow::bail!("unexpected: {message:?}"),
        }
        Ok(message.in_reply_to == 0)
    }
}
