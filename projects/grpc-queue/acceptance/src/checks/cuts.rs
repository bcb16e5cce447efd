//! Connections to the database that are cut: what was acknowledged is answered, once.

use std::time::{Duration, Instant};

use fake_openai::Reply;
use proctor_harness::{Stop, Trial, Verdict};

use super::durable::setup;
use crate::fixture::{Ack, ChatStream, Fixture, Served, answer_to};

/// Settle time: how long a check waits for what must not come.
const SETTLE_TIME: Duration = Duration::from_millis(400);
/// Timeout for what has to come: the server may have to wait until the database answers again, and until the lease of
/// a claimed sentence ends.
const LATER: Duration = Duration::from_secs(20);
/// Between two tries, and between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// GQ-6.11
pub(crate) fn nothing_is_lost(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let database = fixture.database()?;
    let mut delays = fixture.words().rng().fork();
    let model = fixture.model(move |call| {
        let delay = Duration::from_millis(delays.u64(50..300));
        Reply::answer(answer_to(call.sentence().unwrap_or_default())).after(delay)
    })?;
    let server = setup(&fixture, &model, &database).start()?;
    let mut client = Client::new(server.clone(), fixture.words().key())?;
    for _ in 0..3 {
        for _ in 0..3 {
            client.enqueue()?;
        }
        database.cut()?;
        client.enqueue()?;
    }
    client.listen(LATER, |client| client.open.is_empty())?;
    if let Some(sentence) = client.open.first() {
        let expected = format!("the answer to {sentence:?}, which was acknowledged");
        return Err(server.failure(expected, format!("none within {} s", LATER.as_secs())));
    }
    client.listen(SETTLE_TIME, |_| false)
}

/// A client with a key that comes back when its stream ends: whether streams outlive the connections to the database
/// is left to the server.
#[derive(Debug)]
struct Client<'s> {
    server: Served<'s>,
    chat: ChatStream<'s>,
    key: String,
    /// The highest number that an answer came for.
    received: u32,
    /// Sent, and not acknowledged yet.
    sent: Option<String>,
    /// Acknowledged, and not answered yet.
    open: Vec<String>,
    /// What was answered.
    answered: Vec<String>,
}

impl<'s> Client<'s> {
    fn new(server: Served<'s>, key: String) -> Result<Self, Stop> {
        let chat = server.chat_with(&[("conversation-key", &key)])?;
        Ok(Self { server, chat, key, received: 0, sent: None, open: Vec::new(), answered: Vec::new() })
    }

    /// Sends sentences until one is acknowledged. What became of one that the stream ended upon nobody knows: it
    /// isn't sent again, and its answer may come or not.
    fn enqueue(&mut self) -> Verdict {
        let until = Instant::now() + LATER;
        let acknowledged = self.open.len() + self.answered.len() + 1;
        while self.open.len() + self.answered.len() < acknowledged {
            if self.sent.is_none() {
                let sentence = self.server.fixture().words().sentence();
                self.chat.send(&sentence);
                self.sent = Some(sentence);
            }
            self.hear()?;
            if Instant::now() > until {
                let actual = format!("none within {} s", LATER.as_secs());
                return Err(self.chat.failure("the acknowledgement of a sentence", actual));
            }
        }
        Ok(())
    }

    /// Listens until this is so, for this time at most.
    fn listen(&mut self, within: Duration, done: impl Fn(&Self) -> bool) -> Verdict {
        let until = Instant::now() + within;
        while !done(self) && Instant::now() < until {
            self.hear()?;
        }
        Ok(())
    }

    /// Receives one message, if one comes, or reconnects when the stream has ended.
    fn hear(&mut self) -> Verdict {
        let Some(received) = self.chat.next_within(PAUSE) else {
            return if self.chat.ended_at().is_some() { self.come_back() } else { Ok(()) };
        };
        let said = received.said;
        if said.failed {
            // Refused for the time being: another sentence is tried.
            self.server.fixture().pause(PAUSE);
            self.sent = None;
        } else if !said.is_reply() {
            let sent = self.sent.take();
            self.open.extend(sent.filter(|_| said.sentence == Ack::Enqueued.words()));
        } else {
            self.received = self.received.max(said.in_reply_to);
            self.answers(&said.sentence)?;
        }
        Ok(())
    }

    fn answers(&mut self, answer: &str) -> Verdict {
        if self.answered.iter().any(|sentence| answer_to(sentence) == answer) {
            return Err(self.chat.failure("one answer for each sentence", format!("{answer:?} once more")));
        }
        if let Some(place) = self.open.iter().position(|sentence| answer_to(sentence) == answer) {
            self.answered.push(self.open.remove(place));
        }
        Ok(())
    }

    fn come_back(&mut self) -> Verdict {
        self.sent = None;
        self.server.fixture().pause(10 * PAUSE);
        let received = self.received.to_string();
        let metadata = [("conversation-key", self.key.as_str()), ("conversation-received", &received)];
        // Before the first answer there is no number to say.
        let said = if self.received == 0 { &metadata[..1] } else { &metadata };
        self.chat = self.server.chat_with(said)?;
        Ok(())
    }
}
