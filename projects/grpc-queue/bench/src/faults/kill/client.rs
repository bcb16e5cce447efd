//! A client that has a key, reconnects when its stream breaks, and keeps account of what was acknowledged.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use grpc_queue_proto::prost::QueueConversationResponse;

use super::super::answer;
use crate::talk::{Talk, connect};

/// Timeout for all answers, after the last sentence.
const GRACE: Duration = Duration::from_secs(60);

/// What came of clients.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kept {
    acknowledged: usize,
    answered: usize,
    unsure: usize,
    pub(super) broken: usize,
}

impl Kept {
    pub(super) fn add(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.answered += other.answered;
        self.unsure += other.unsure;
        self.broken += other.broken;
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} acknowledged, each answered once; {} streams broke, {} answers to sentences whose \
             acknowledgement was lost",
            self.acknowledged, self.broken, self.unsure
        )
    }
}

#[derive(Debug)]
pub(super) struct Client {
    number: usize,
    /// Names its conversation: no other client's of this or an earlier run, whose answers would be its own then.
    key: String,
    addresses: Vec<SocketAddr>,
    until: Instant,
    said: usize,
    /// Sent on the stream that is open, not yet acknowledged.
    pending: VecDeque<String>,
    /// Acknowledged, not yet answered.
    owed: BTreeSet<String>,
    /// Every sentence that was ever answered, and how often.
    answers: BTreeMap<String, usize>,
    received: u32,
    kept: Kept,
}

impl Client {
    pub(super) fn new(number: usize, addresses: Vec<SocketAddr>, until: Instant) -> Self {
        Self {
            number,
            key: format!("{:016x}", fastrand::u64(..)),
            addresses,
            until,
            said: 0,
            pending: VecDeque::new(),
            owed: BTreeSet::new(),
            answers: BTreeMap::new(),
            received: 0,
            kept: Kept::default(),
        }
    }

    /// Talks until the time is over and everything is answered.
    pub(super) async fn talk(mut self) -> Result<Kept> {
        let mut turn = self.number;
        loop {
            let address = self.addresses[turn % self.addresses.len()];
            turn += 1;
            match self.stream(address).await {
                Ok(()) => break,
                Err(Broken::Wrong(error)) => return Err(error),
                Err(Broken::Stream) => {
                    self.kept.broken += 1;
                    self.pending.clear();
                    ensure!(self.until + GRACE > Instant::now(), "{} are still owed", self.owed.len());
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        let twice: Vec<_> = self.answers.iter().filter(|(_, times)| **times > 1).collect();
        ensure!(twice.is_empty(), "answered twice: {twice:?}");
        self.kept.unsure = self.answers.len() - self.kept.answered;
        ensure!(self.kept.answered == self.kept.acknowledged, "{:?}", self.kept);
        Ok(self.kept)
    }

    /// One stream, until it breaks or all is done.
    async fn stream(&mut self, address: SocketAddr) -> Result<(), Broken> {
        let metadata =
            [("conversation-key", self.key.clone()), ("conversation-received", self.received.to_string())];
        let channel = connect(address).await.map_err(|_| Broken::Stream)?;
        let mut talk = Talk::open(&channel, &metadata).await.map_err(|_| Broken::Stream)?;
        while Instant::now() < self.until {
            self.said += 1;
            let sentence = format!("sentence {} of client {}", self.said, self.number);
            talk.say(sentence.clone()).await.map_err(|_| Broken::Stream)?;
            self.pending.push_back(sentence);
            while !self.pending.is_empty() {
                let message = talk.message().await.map_err(|_| Broken::Stream)?;
                self.take(&message).map_err(Broken::Wrong)?;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        talk.finish();
        while let Some(message) = talk.next().await.map_err(|_| Broken::Stream)? {
            self.take(&message).map_err(Broken::Wrong)?;
        }
        if !self.owed.is_empty() {
            let error = anyhow::anyhow!("the stream ended well, but still owed are {:?}", self.owed);
            return Err(Broken::Wrong(error));
        }
        Ok(())
    }

    fn take(&mut self, message: &QueueConversationResponse) -> Result<()> {
        if message.in_reply_to == 0 {
            ensure!(message.sentence == "enqueued", "{message:?}");
            let Some(sentence) = self.pending.pop_front() else { bail!("an acknowledgement too many") };
            self.kept.acknowledged += 1;
            self.owed.insert(sentence);
            return Ok(());
        }
        ensure!(message.in_reply_to > self.received, "{message:?} after {}", self.received);
        ensure!(!message.failed, "{message:?}");
        self.received = message.in_reply_to;
        let Some(sentence) = message.sentence.strip_prefix(&answer("")) else { bail!("{message:?}") };
        *self.answers.entry(sentence.to_owned()).or_default() += 1;
        if self.owed.remove(sentence) {
            self.kept.answered += 1;
        }
        Ok(())
    }
}

enum Broken {
    /// The stream broke, as it may.
    Stream,
    /// What came on it was wrong, as it may not be.
    Wrong(anyhow::Error),
}
