//! A sentence of the queue in memory that a worker has taken.

use std::sync::Arc;

use tokio::sync::watch;

use super::Shared;
use super::entry::Waiting;
use super::state::{Id, Taken};
use crate::model::{Ask, GaveUp, Job};

/// A sentence that a worker has taken. Dropped without an answer, it goes back to where it was.
#[derive(Debug)]
pub struct MemoryJob {
    queue: Arc<Shared>,
    id: Id,
    /// `None` once it is answered.
    waiting: Option<Waiting>,
    wanted: watch::Receiver<()>,
}

impl MemoryJob {
    pub(super) fn new(queue: Arc<Shared>, taken: Taken) -> Self {
        Self { queue, id: taken.id, waiting: Some(taken.waiting), wanted: taken.wanted }
    }
}

impl Job for MemoryJob {
    fn ask(&self) -> Ask {
        let waiting = self.waiting.as_ref().expect("a job without its sentence was completed, and is gone");
        let id = format!("{:016x}-{}-{}", self.queue.name, self.id, waiting.place);
        Ask { id, sentence: waiting.sentence.clone() }
    }

    async fn cancelled(&mut self) {
        // Nothing is ever sent: the only change is that the conversation has ended.
        while self.wanted.changed().await.is_ok() {}
    }

    async fn complete(mut self, result: Result<String, GaveUp>) {
        if let Some(waiting) = self.waiting.take() {
            let outcome = result.map_err(|gave_up| gave_up.reason);
            let waker = self.queue.state().answer(self.id, waiting.place, outcome);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

impl Drop for MemoryJob {
    fn drop(&mut self) {
        if let Some(waiting) = self.waiting.take() {
            let turn = self.queue.state().give_back(self.id, waiting);
            if turn.0 {
                self.queue.turns.notify_one();
            }
        }
    }
}
