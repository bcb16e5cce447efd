//! Reads the client's sentences for a session: some dozens at a time, each pushed or refused in its turn.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
use tokio::time::Instant;

use super::{Session, StreamError};
use crate::conversation::Conversation;

/// Maximum number of sentences that are read before the queue is asked for events again.
const BATCH: usize = 32;

impl<C, S, E> Session<C, S, E>
where
    C: Conversation,
    S: Stream<Item = Result<String, E>> + Unpin,
{
    /// Reads what the client has sent, as far as there is room for the replies. Sentences that are read together get
    /// the same time.
    pub(super) fn poll_sentences(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(conversation) = &mut self.conversation else { return Poll::Pending };
        if self.ended || self.numbers.are_many() || conversation.poll_ready(cx).is_pending() {
            return Poll::Pending;
        }
        let mut now = None;
        for _ in 0..BATCH {
            let Poll::Ready(sentence) = self.read(cx) else { break };
            let now = *now.get_or_insert_with(|| self.idle.touch());
            match sentence {
                Some(Ok(sentence)) => self.hear(sentence, now),
                Some(Err(error)) => self.error = Some(StreamError::Inbound(error)),
                None => self.ended = true,
            }
            if self.ended || self.error.is_some() {
                break;
            }
        }
        self.push();
        if self.ended {
            self.finish();
        }
        if now.is_some() { Poll::Ready(()) } else { Poll::Pending }
    }

    pub(super) fn read(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<String, E>>> {
        Pin::new(&mut self.sentences).poll_next(cx)
    }

    /// What becomes of a sentence: it is pushed, or refused in its turn.
    fn hear(&mut self, sentence: String, now: Instant) {
        if !self.rate.allows(now) {
            self.error = Some(StreamError::TooFast { per_second: self.limits.sentences_per_second });
            return;
        }
        let Some(number) = self.numbers.next() else {
            self.error = Some(StreamError::TooMany);
            return;
        };
        let most = self.limits.sentence_bytes;
        let refusal = if self.draining {
            Some("the service is shutting down".into())
        } else if sentence.len() > most {
            Some(format!("the sentence has {} bytes, more than {most}", sentence.len()).into())
        } else if sentence.trim_start_matches([' ', '\t', '\r', '\n']).is_empty() {
            Some("the sentence is empty".into())
        } else {
            None
        };
        match refusal {
            Some(reason) => {
                self.push();
                self.numbers.refuse(number, reason);
                if let Some(conversation) = &mut self.conversation {
                    conversation.pass(number);
                }
            }
            None => {
                self.numbers.push(number, now);
                self.heard.push((number, sentence));
            }
        }
    }

    fn push(&mut self) {
        if let Some(conversation) = &mut self.conversation
            && !self.heard.is_empty()
        {
            conversation.push(self.heard.drain(..));
        }
    }
}
