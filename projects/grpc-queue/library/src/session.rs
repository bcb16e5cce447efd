//! The session of a stream: reads its sentences, pushes them into a conversation, yields the replies to send.
//!
//! It is a stream that is polled and does nothing else: no task, no channel. A transport that doesn't poll, because
//! its client doesn't read, thereby reads no further sentence, so that a stream's memory is bounded. Dropping it drops
//! the conversation, which frees its places and aborts its calls.

mod hearing;
mod idle;
mod numbers;
mod rate;
mod reply;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::Stream;
use tokio::time::Instant;

pub use idle::Idle;
pub use rate::Rate;
pub use reply::{Reply, StreamError};

use crate::conversation::{Conversation, Event, QueueError};
use crate::drain::{Drain, Watch};
use crate::observer::Observer;
use numbers::Numbers;

/// What a stranger may do on one stream.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest sentence, in bytes of UTF-8.
    pub sentence_bytes: usize,
    /// Maximum number of sentences a second, with a burst of one second. 0: no limit.
    pub sentences_per_second: u32,
    /// Idle timeout of a stream without pending answers. Zero: none.
    pub idle: Duration,
    /// Whether admitted sentences are ever answered: if not, no answer is pending for them.
    pub answered: bool,
}

impl Default for Limits {
    fn default() -> Self {
        let idle = Duration::from_secs(600);
        Self { sentence_bytes: 4096, sentences_per_second: 1000, idle, answered: true }
    }
}

/// The session of one stream: a stream of replies. Its end means OK; every other end is a [`StreamError`].
pub struct Session<C, S, E> {
    /// `None` when the session has ended, so that its places are free at once.
    conversation: Option<C>,
    /// The client's sentences. They are read to the end, also while answers are pending.
    sentences: S,
    limits: Limits,
    numbers: Numbers,
    /// Sentences that were received and not pushed yet.
    heard: Vec<(u32, String)>,
    rate: Rate,
    idle: Idle,
    drain: Watch,
    draining: bool,
    /// The client has ended.
    ended: bool,
    /// What ends the session, once all replies that are known by then are sent.
    error: Option<StreamError<E>>,
    observer: Arc<dyn Observer>,
    /// Enqueued sentences that were not yet reported to the observer.
    untold: u64,
}

/// The result of polling one part of a session.
type Step<E> = Poll<Option<Result<Reply, StreamError<E>>>>;

impl<C, S, E> Session<C, S, E>
where
    C: Conversation,
    S: Stream<Item = Result<String, E>> + Unpin,
{
    /// The session of the client that sends these sentences, in that conversation.
    pub fn new(
        conversation: C,
        sentences: S,
        limits: Limits,
        drain: Drain,
        observer: Arc<dyn Observer>,
    ) -> Self {
        let now = Instant::now();
        Self {
            numbers: Numbers::after(conversation.numbered()),
            conversation: Some(conversation),
            sentences,
            heard: Vec::new(),
            rate: Rate::new(limits.sentences_per_second, now),
            idle: Idle::new(limits.idle, now),
            limits,
            drain: Watch::new(drain),
            draining: false,
            ended: false,
            error: None,
            observer,
            untold: 0,
        }
    }

    /// The next thing to do with an event of the conversation, if there is one.
    fn poll_event(&mut self, cx: &mut Context<'_>) -> Step<E> {
        let Some(conversation) = &mut self.conversation else { return Poll::Ready(None) };
        Poll::Ready(match ready!(conversation.poll_event(cx)) {
            Ok(Event::Enqueued) => {
                self.numbers.admitted(self.limits.answered);
                self.untold += 1;
                Some(Ok(Reply::Enqueued))
            }
            Ok(Event::Full) => {
                self.numbers.turned_away();
                self.observer.full();
                Some(Ok(Reply::Full))
            }
            Ok(Event::Answer { number, result }) => Some(Ok(self.answer(number, result))),
            Ok(Event::Done) => {
                // The client may have ended the stream by itself in the meantime.
                let ended = self.ended || matches!(self.read(cx), Poll::Ready(None));
                if ended { None } else { Some(Err(StreamError::Queue(QueueError::Stopped))) }
            }
            Err(error) => Some(Err(StreamError::Queue(error))),
        })
    }

    fn answer(&mut self, number: u32, result: Result<String, String>) -> Reply {
        let now = self.idle.touch();
        let after = self.numbers.answered(number).map(|since| now - since);
        match result {
            Ok(text) => {
                self.observer.answered(after);
                Reply::Answer { number, text }
            }
            Err(reason) => {
                self.observer.failed(after);
                Reply::Failed { number, reason }
            }
        }
    }

    /// Pending answers still come; after that, the conversation is done.
    fn finish(&mut self) {
        if let Some(conversation) = &mut self.conversation {
            conversation.finish();
        }
    }

    /// Whether the service began to stop since the last look.
    fn begins_to_drain(&mut self, begun: bool) -> bool {
        if self.draining || !begun {
            return false;
        }
        self.draining = true;
        self.finish();
        true
    }

    fn poll_step(&mut self, cx: &mut Context<'_>) -> Step<E> {
        loop {
            if let Some((number, reason)) = self.numbers.refused() {
                self.observer.refused();
                return Poll::Ready(Some(Ok(Reply::Refused { number, reason })));
            }
            let begun = self.drain.has_begun();
            self.begins_to_drain(begun);
            if let Poll::Ready(event) = self.poll_event(cx) {
                return Poll::Ready(event);
            }
            self.tell();
            if let Some(error) = self.error.take() {
                return Poll::Ready(Some(Err(error)));
            }
            if self.poll_sentences(cx).is_ready() {
                continue;
            }
            // Nothing to do: from here on it is about who wakes it up.
            let begun = !self.draining && self.drain.poll(cx).is_ready();
            if self.begins_to_drain(begun) {
                continue;
            }
            let owed = self.numbers.owed() || self.conversation.as_ref().is_some_and(Conversation::owes);
            let waits = owed || self.ended || self.draining;
            if !waits && self.idle.poll(cx).is_ready() {
                return Poll::Ready(Some(Err(StreamError::Idle { after: self.limits.idle })));
            }
            return Poll::Pending;
        }
    }
}

impl<C, S, E> Stream for Session<C, S, E>
where
    C: Conversation,
    S: Stream<Item = Result<String, E>> + Unpin,
    E: Unpin,
{
    type Item = Result<Reply, StreamError<E>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Step<E> {
        let session = self.get_mut();
        let step = session.poll_step(cx);
        if let Poll::Ready(None | Some(Err(_))) = step {
            session.conversation = None;
        }
        step
    }
}

impl<C, S, E> Session<C, S, E> {
    fn tell(&mut self) {
        if self.untold > 0 {
            self.observer.enqueued(std::mem::take(&mut self.untold));
        }
    }
}

impl<C, S, E> Drop for Session<C, S, E> {
    fn drop(&mut self) {
        self.tell();
    }
}

impl<C, S, E> std::fmt::Debug for Session<C, S, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("draining", &self.draining)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
