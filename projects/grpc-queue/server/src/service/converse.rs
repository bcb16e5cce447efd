//! `Converse`: a reply for each sentence, until a goodbye. A stream that is polled, like the queue's session.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::Stream;
use grpc_queue::{Drain, Idle, Limits, QueueError, Rate, StreamError, Watch};
use tokio::time::Instant;

/// The replies to a stream of sentences.
pub(crate) struct Converse<S> {
    sentences: S,
    rate: Rate,
    per_second: u32,
    idle: Idle,
    idle_timeout: Duration,
    drain: Watch,
    over: bool,
}

impl<S> Converse<S> {
    pub(super) fn new(sentences: S, limits: Limits, drain: Drain) -> Self {
        let now = Instant::now();
        Self {
            sentences,
            rate: Rate::new(limits.sentences_per_second, now),
            per_second: limits.sentences_per_second,
            idle: Idle::new(limits.idle, now),
            idle_timeout: limits.idle,
            drain: Watch::new(drain),
            over: false,
        }
    }
}

impl<S, E> Converse<S>
where
    S: Stream<Item = Result<String, E>> + Unpin,
{
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<String, StreamError<E>>>> {
        if self.over {
            return Poll::Ready(None);
        }
        let sentence = match Pin::new(&mut self.sentences).poll_next(cx) {
            Poll::Ready(sentence) => sentence,
            // What was received is answered, so no answer is pending on a stream that waits.
            Poll::Pending if self.drain.poll(cx).is_ready() => {
                return Poll::Ready(Some(Err(StreamError::Queue(QueueError::Stopped))));
            }
            Poll::Pending => {
                ready!(self.idle.poll(cx));
                return Poll::Ready(Some(Err(StreamError::Idle { after: self.idle_timeout })));
            }
        };
        let Some(sentence) = sentence.transpose().map_err(StreamError::Inbound)? else {
            return Poll::Ready(None);
        };
        if !self.rate.allows(self.idle.touch()) {
            return Poll::Ready(Some(Err(StreamError::TooFast { per_second: self.per_second })));
        }
        let reply = eliza::reply(&sentence);
        self.over = reply.goodbye;
        Poll::Ready(Some(Ok(reply.text)))
    }
}

impl<S, E> Stream for Converse<S>
where
    S: Stream<Item = Result<String, E>> + Unpin,
{
    type Item = Result<String, StreamError<E>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let converse = self.get_mut();
        let reply = converse.poll(cx);
        if let Poll::Ready(None | Some(Err(_))) = reply {
            converse.over = true;
        }
        reply
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt, stream};

    use super::*;

    /// A client that says this and then waits.
    fn client(sentences: &[&str]) -> impl Stream<Item = Result<String, ()>> + Unpin + use<> {
        let sentences: Vec<_> = sentences.iter().map(|sentence| Ok((*sentence).to_owned())).collect();
        stream::iter(sentences).chain(stream::pending())
    }

    #[tokio::test]
    async fn ends_with_the_reply_to_a_goodbye_though_the_client_goes_on() {
        let sentences = client(&["I feel happy.", " Bye! ", "Bye!"]);
        let converse = Converse::new(sentences, Limits::default(), Drain::new());
        let replies: Vec<_> = converse.collect().await;
        assert_eq!(replies.len(), 2);
        assert!(replies.iter().all(|reply| reply.as_ref().is_ok_and(|text| !text.is_empty())));
    }

    #[tokio::test]
    async fn a_shutdown_ends_a_stream_that_waits() {
        let drain = Drain::new();
        let mut converse = Converse::new(client(&["I feel happy."]), Limits::default(), drain.clone());
        drain.begin();
        assert!(converse.next().await.unwrap().is_ok(), "what was said is answered");
        assert_eq!(converse.next().await, Some(Err(StreamError::Queue(QueueError::Stopped))));
        assert_eq!(converse.next().await, None);
    }

    #[tokio::test]
    async fn silence_and_haste_end_a_stream() {
        let idle = Duration::from_millis(1);
        let limits = Limits { idle, sentences_per_second: 1, ..Limits::default() };
        let mut converse = Converse::new(client(&[]), limits, Drain::new());
        assert_eq!(converse.next().await, Some(Err(StreamError::Idle { after: idle })));
        let mut converse = Converse::new(client(&["a", "b"]), limits, Drain::new());
        assert!(converse.next().await.unwrap().is_ok());
        assert_eq!(converse.next().await, Some(Err(StreamError::TooFast { per_second: 1 })));
    }
}
