//! A sentence that a worker has taken.

use std::future::Future;
use std::sync::Arc;

use grpc_queue::{Ask, GaveUp, Job};
use tokio::sync::oneshot;

use crate::held::Name;
use crate::replica::Replica;

/// A sentence that was taken from the queue in Postgres.
#[derive(Debug)]
pub struct PostgresJob {
    replica: Arc<Replica>,
    name: Name,
    fence: i64,
    sentence: String,
    /// Resolves when the answer is of no use any more; none once it has.
    cancelled: Option<oneshot::Receiver<()>>,
    /// The answer was handed in.
    done: bool,
}

impl PostgresJob {
    pub(crate) fn new(replica: Arc<Replica>, name: Name, fence: i64, sentence: String) -> Self {
        let cancelled = Some(replica.held.hold(name, fence));
        Self { replica, name, fence, sentence, cancelled, done: false }
    }
}

impl Job for PostgresJob {
    fn ask(&self) -> Ask {
        let (conversation, number) = self.name;
        Ask { id: format!("{}-{number}", conversation.simple()), sentence: self.sentence.clone() }
    }

    async fn cancelled(&mut self) {
        if let Some(cancelled) = &mut self.cancelled {
            // Used or dropped, both mean the same.
            drop(cancelled.await);
            self.cancelled = None;
        }
    }

    /// Resolves when the database has it: who counts the workers that are busy counts this one until then.
    fn complete(mut self, result: Result<String, GaveUp>) -> impl Future<Output = ()> + Send {
        self.done = true;
        let kept =
            self.replica.senders.answer(self.name, self.fence, result.map_err(|gave_up| gave_up.reason));
        async move {
            // The batcher is closed only when the program ends.
            drop(kept.await);
        }
    }
}

impl Drop for PostgresJob {
    fn drop(&mut self) {
        // What isn't in our hands any more isn't given back: the database has seen to it, or is about to.
        if !self.done && self.replica.held.contains(self.name, self.fence) {
            drop(self.replica.senders.give_back(self.name, self.fence));
        }
    }
}
