//! What the pool of workers needs: a source of jobs, and a model that answers them.

use std::future::Future;

/// A sentence as the model gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Unique for a sentence, and the same for each attempt at it, also by another worker.
    pub id: String,
    /// What the client said.
    pub sentence: String,
}

/// The model has given up on a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct GaveUp {
    /// Why, in words that may be shown to the client.
    pub reason: String,
}

/// Answers sentences. Dropping the future aborts its call.
pub trait Model: Send + Sync + 'static {
    /// Leave to take one sentence from the queue. Dropped unused, it is given back.
    type Permit: Send + Sync;

    /// Waits until a sentence may be taken: at once as a rule, never while a circuit breaker is open.
    fn permit(&self) -> impl Future<Output = Self::Permit> + Send;

    /// Resolves when a permit that hasn't been used holds no longer; never, as long as it does.
    fn revoked(&self, permit: &Self::Permit) -> impl Future<Output = ()> + Send;

    /// Answers a sentence.
    fn answer(&self, permit: Self::Permit, ask: Ask) -> impl Future<Output = Result<String, GaveUp>> + Send;
}

/// Where workers take sentences from.
pub trait Source: Clone + Send + Sync + 'static {
    /// A sentence that was taken.
    type Job: Job;

    /// Takes the next sentence, when there is one. Cancel-safe: a dropped future has taken nothing.
    fn take(&self) -> impl Future<Output = Self::Job> + Send;
}

/// A sentence that a worker has taken. Dropped without an answer, it goes back to its place, or is discarded if its
/// client has disconnected.
pub trait Job: Send + 'static {
    /// What is to be asked.
    fn ask(&self) -> Ask;

    /// Resolves when the answer is of no use any more: the client has disconnected, or another worker has the sentence.
    fn cancelled(&mut self) -> impl Future<Output = ()> + Send;

    /// Hands the answer in.
    fn complete(self, result: Result<String, GaveUp>) -> impl Future<Output = ()> + Send;
}
