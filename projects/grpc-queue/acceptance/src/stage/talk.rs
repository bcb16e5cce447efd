//! A queued conversation: sentences out, acknowledgements and answers in, and what has to come of them.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use proctor_harness::{Stop, Verdict};

use super::{Line, PATIENCE, Served};
use crate::wire::{Ask, Code, Dialect, End, Event, Said, Stream};

/// A message, and when it came.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) said: Said,
    pub(crate) at: Instant,
}

/// What an acknowledgement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ack {
    Enqueued,
    Full,
}

impl Ack {
    /// The words of the brief.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Enqueued => "enqueued",
            Self::Full => "queue is full!",
        }
    }
}

/// A stream of `QueueConversation` or `Converse`. Dropped, it is cancelled.
///
/// Whoever asks for an acknowledgement or for a reply gets the next of that kind; what comes in between is kept for
/// whoever asks for it. [`next`](Self::next) asks for whatever came first.
#[derive(Debug)]
pub(crate) struct Talk<'s> {
    served: Served<'s>,
    dialect: Dialect,
    label: String,
    stream: Stream,
    /// Came, and nobody has asked for it yet.
    kept: VecDeque<Heard>,
    ended: Option<(Instant, End)>,
    patience: Duration,
}

impl<'s> Served<'s> {
    /// Opens a conversation over gRPC on a connection of its own.
    pub(crate) fn talk(&self) -> Result<Talk<'s>, Stop> {
        self.talk_in(Dialect::GRPC, "QueueConversation", &[])
    }

    /// Opens a conversation over gRPC with this metadata.
    pub(crate) fn talk_with(&self, metadata: &[(&str, &str)]) -> Result<Talk<'s>, Stop> {
        self.talk_in(Dialect::GRPC, "QueueConversation", metadata)
    }

    /// Opens a stream of this procedure on a connection of its own.
    pub(crate) fn talk_in(
        &self,
        dialect: Dialect,
        procedure: &str,
        metadata: &[(&str, &str)],
    ) -> Result<Talk<'s>, Stop> {
        let line = self.connect(dialect.http)?;
        Ok(self.talk_on(&line, dialect, procedure, metadata))
    }

    /// Opens a stream of this procedure on a connection that others may use, too.
    pub(crate) fn talk_on(
        &self,
        line: &Line,
        dialect: Dialect,
        procedure: &str,
        metadata: &[(&str, &str)],
    ) -> Talk<'s> {
        let label = self.stage.next_talk();
        let transcript = self.stage.transcript.clone();
        let with: String = metadata.iter().map(|(name, value)| format!(", {name}: {value}")).collect();
        transcript.note(&format!("{label}   opens {procedure} over {dialect}{with}"));
        let name = label.clone();
        let heard = move |event: &Event| match event {
            Event::Message(bytes) => match Said::decoded(dialect.codec, bytes) {
                Ok(said) => transcript.note(&format!("{name} ← {said}")),
                Err(unreadable) => transcript.note(&format!("{name} ← {unreadable}")),
            },
            Event::End(end) => transcript.note(&format!("{name} ← the end: {end}")),
        };
        let path = format!("/{}/{procedure}", crate::wire::ELIZA);
        let connection = line.connection.clone();
        let stream = self.stage.wait(async { Stream::open(connection, dialect, &path, metadata, heard) });
        Talk {
            served: self.clone(),
            dialect,
            label,
            stream,
            kept: VecDeque::new(),
            ended: None,
            patience: PATIENCE,
        }
    }
}

impl Talk<'_> {
    /// Waits so long from now on for what has to come.
    pub(crate) fn patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    /// Sends a sentence.
    pub(crate) fn send(&mut self, sentence: &str) {
        self.note(&format!("→ {sentence:?}"));
        self.stream.send(&Ask::Sentence(sentence).encoded(self.dialect.codec));
    }

    /// Sends sentences without waiting in between.
    pub(crate) fn send_all<S: AsRef<str>>(&mut self, sentences: impl IntoIterator<Item = S>) {
        sentences.into_iter().for_each(|sentence| self.send(sentence.as_ref()));
    }

    /// Says that nothing more will be sent.
    pub(crate) fn half_close(&mut self) {
        self.note("  has nothing more to send");
        self.stream.half_close();
    }

    /// Takes the call back.
    pub(crate) fn cancel(self) {
        self.note("  cancels");
        self.stream.cancel();
    }

    /// Cuts the connection, with all that runs on it.
    pub(crate) fn vanish(self) {
        self.note("  vanishes");
        self.stream.vanish();
    }

    /// Sends a sentence that there must be room for, and waits for its acknowledgement.
    pub(crate) fn enqueue(&mut self, sentence: &str) -> Verdict {
        self.send(sentence);
        self.expect_enqueued()
    }

    /// Sends a sentence, and says how it was acknowledged.
    pub(crate) fn try_enqueue(&mut self, sentence: &str) -> Result<Ack, Stop> {
        self.send(sentence);
        self.ack()
    }

    /// The next acknowledgement, in just the words of the brief.
    pub(crate) fn ack(&mut self) -> Result<Ack, Stop> {
        let heard = self.pick("an acknowledgement", |said| !said.is_reply())?;
        let known = [Ack::Enqueued, Ack::Full].into_iter().find(|ack| ack.words() == heard.said.sentence);
        known.ok_or_else(|| {
            self.failure("an acknowledgement, \"enqueued\" or \"queue is full!\"", heard.said.to_string())
        })
    }

    pub(crate) fn expect_enqueued(&mut self) -> Verdict {
        self.expect_ack(Ack::Enqueued)
    }

    pub(crate) fn expect_full(&mut self) -> Verdict {
        self.expect_ack(Ack::Full)
    }

    fn expect_ack(&mut self, expected: Ack) -> Verdict {
        let ack = self.ack()?;
        if ack == expected {
            return Ok(());
        }
        Err(self.failure(format!("the acknowledgement {:?}", expected.words()), format!("{:?}", ack.words())))
    }

    /// The next message that speaks of a sentence: an answer, a failure or a refusal.
    pub(crate) fn reply(&mut self) -> Result<Heard, Stop> {
        self.pick("an answer", Said::is_reply)
    }

    /// The next reply, which must be the answer to the sentence of this number.
    pub(crate) fn answer_to(&mut self, number: u32) -> Result<Heard, Stop> {
        let heard = self.reply()?;
        if heard.said.in_reply_to == number && !heard.said.failed {
            return Ok(heard);
        }
        Err(self.failure(format!("the answer to sentence {number}"), heard.said.to_string()))
    }

    /// The next reply, which must be this answer to the sentence of this number.
    pub(crate) fn expect_answer(&mut self, number: u32, answer: &str) -> Verdict {
        let heard = self.answer_to(number)?;
        if heard.said.sentence == answer {
            return Ok(());
        }
        Err(self.failure(format!("{answer:?} in reply to {number}"), heard.said.to_string()))
    }

    /// The next reply, which must say that the sentence of this number has failed, and why.
    pub(crate) fn expect_failed(&mut self, number: u32) -> Result<Heard, Stop> {
        let heard = self.reply()?;
        let Said { sentence, in_reply_to, failed } = &heard.said;
        if *in_reply_to == number && *failed && !sentence.trim().is_empty() {
            return Ok(heard);
        }
        let expected =
            format!("a message with failed, in reply to {number}, and with the reason as its sentence");
        Err(self.failure(expected, heard.said.to_string()))
    }

    /// The next message, of whatever kind.
    pub(crate) fn next(&mut self) -> Result<Heard, Stop> {
        self.pick("a message", |_| true)
    }

    /// The next message, when it comes within this time and before the end.
    pub(crate) fn next_within(&mut self, within: Duration) -> Option<Heard> {
        self.take(within, |_| true)
    }

    /// Nothing may come for this time, neither a message nor the end.
    pub(crate) fn expect_silence(&mut self, time: Duration) -> Verdict {
        if let Some(heard) = self.take(time, |_| true) {
            return Err(self.failure("nothing more on this stream", heard.said.to_string()));
        }
        self.expect_open()
    }

    /// The stream must not have ended yet, as far as is known.
    pub(crate) fn expect_open(&mut self) -> Verdict {
        self.take(Duration::ZERO, |_| false);
        match &self.ended {
            Some((_, end)) => Err(self.failure("a stream that stays open", format!("it ended with {end}"))),
            None => Ok(()),
        }
    }

    /// The end, which must come next: before it, nothing that was not asked for.
    pub(crate) fn end(&mut self) -> Result<End, Stop> {
        self.ended_as("the end of the stream")
    }

    fn ended_as(&mut self, expected: &str) -> Result<End, Stop> {
        if let Some(heard) = self.take(self.patience, |_| true) {
            return Err(self.failure(expected, heard.said.to_string()));
        }
        match &self.ended {
            Some((_, end)) => Ok(end.clone()),
            None => Err(self.nothing(expected)),
        }
    }

    /// The end with this code.
    pub(crate) fn expect_end(&mut self, code: Code) -> Verdict {
        let expected = format!("the end of the stream with {code}");
        let end = self.ended_as(&expected)?;
        if end.is(code) { Ok(()) } else { Err(self.failure(expected, format!("it ended with {end}"))) }
    }

    /// The end with OK, and nothing before it.
    pub(crate) fn expect_ok(&mut self) -> Verdict {
        self.expect_end(Code::OK)
    }

    /// When the stream ended, if that is known.
    pub(crate) fn ended_at(&self) -> Option<Instant> {
        self.ended.as_ref().map(|(at, _)| *at)
    }

    /// A failure that says on which stream.
    pub(crate) fn failure(&self, expected: impl Into<String>, actual: impl Into<String>) -> Stop {
        let expected = format!("on stream {}: {}", self.label, expected.into());
        self.served.failure(expected, actual)
    }

    /// The next message of a kind, which must come before patience and stream end.
    fn pick(&mut self, what: &str, wanted: impl Fn(&Said) -> bool) -> Result<Heard, Stop> {
        self.take(self.patience, wanted).ok_or_else(|| self.nothing(what))
    }

    /// The next message of a kind, if it comes within this time and before the end.
    fn take(&mut self, within: Duration, wanted: impl Fn(&Said) -> bool) -> Option<Heard> {
        if let Some(place) = self.kept.iter().position(|heard| wanted(&heard.said)) {
            return self.kept.remove(place);
        }
        let until = Instant::now() + within;
        while self.ended.is_none() {
            let left = until.saturating_duration_since(Instant::now());
            let (at, event) = self.served.stage.wait(self.stream.next(left))?;
            match event {
                Event::End(end) => self.ended = Some((at, end)),
                Event::Message(bytes) => match Said::decoded(self.dialect.codec, &bytes) {
                    Ok(said) if wanted(&said) => return Some(Heard { said, at }),
                    Ok(said) => self.kept.push_back(Heard { said, at }),
                    Err(unreadable) => self.ended = Some((at, End::Broken(unreadable))),
                },
            }
        }
        None
    }

    fn nothing(&self, what: &str) -> Stop {
        let kept =
            self.kept.front().map(|heard| format!("; unasked came {}", heard.said)).unwrap_or_default();
        let actual = match &self.ended {
            Some((_, end)) => format!("the stream ended with {end}{kept}"),
            None => format!("nothing came within {} s{kept}", self.patience.as_secs_f64()),
        };
        self.failure(what, actual)
    }

    fn note(&self, what: &str) {
        self.served.stage.transcript.note(&format!("{} {what}", self.label));
    }
}
