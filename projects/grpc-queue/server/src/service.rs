//! The Eliza service for both libraries: what it does, without message types.

mod connect;
mod converse;
mod grpc;
mod refusal;
mod stream;

use std::sync::Arc;

use futures_util::Stream;
use grpc_queue::{Drain, Limits, Opening, Session};

use crate::backend::Backend;
use crate::metrics::{Metrics, Procedure};
use converse::Converse;
use refusal::Refusal;
use stream::Open;

pub(crate) use connect::Connect;
pub(crate) use grpc::Grpc;

/// The service. Clones are handles to the same one.
#[derive(Clone)]
pub(crate) struct Service<Q> {
    pub(crate) queue: Q,
    pub(crate) limits: Limits,
    pub(crate) drain: Drain,
    pub(crate) metrics: Arc<Metrics>,
}

/// The metadata of a stream that names its conversation.
const KEY: &str = "conversation-key";
const RECEIVED: &str = "conversation-received";

impl<Q: Backend> Service<Q> {
    fn say(&self, sentence: &str) -> String {
        self.metrics.call(Procedure::Say);
        eliza::reply(sentence).text
    }

    fn introduce(&self, name: &str) -> impl Iterator<Item = String> + Send + use<Q> {
        self.metrics.call(Procedure::Introduce);
        // A name is a stranger's text, and is sent back: it is cut to the length of a sentence.
        let end = name.floor_char_boundary(self.limits.sentence_bytes);
        eliza::introduce(&name[..end])
    }

    fn converse<S, E>(&self, sentences: S) -> Open<Converse<S>>
    where
        S: Stream<Item = Result<String, E>> + Unpin,
    {
        let stream = Converse::new(sentences, self.limits, self.drain.clone());
        Open::new(stream, Procedure::Converse, &self.metrics)
    }

    /// Opens the conversation of a stream with this metadata.
    async fn open(&self, key: Option<&[u8]>, received: Option<&[u8]>) -> Result<Q::Conversation, Refusal> {
        if self.drain.has_begun() {
            return Err(grpc_queue::OpenError::Draining.into());
        }
        Ok(self.queue.open(Opening::read(key, received)?).await?)
    }

    fn session<S, E>(
        &self,
        conversation: Q::Conversation,
        sentences: S,
    ) -> Open<Session<Q::Conversation, S, E>>
    where
        S: Stream<Item = Result<String, E>> + Unpin,
    {
        let observer = Arc::clone(&self.metrics);
        let stream = Session::new(conversation, sentences, self.limits, self.drain.clone(), observer);
        Open::new(stream, Procedure::QueueConversation, &self.metrics)
    }
}

impl<Q> std::fmt::Debug for Service<Q> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("limits", &self.limits).finish_non_exhaustive()
    }
}
