//! What the server needs of a queue beyond sentences and answers: its numbers, and its shutdown.

use grpc_queue::{Load, Memory, Queue, Source};
use grpc_queue_postgres::Postgres;

/// A queue that the server can run on.
pub(crate) trait Backend: Queue + Source {
    /// Whether conversations outlive their streams, and their keys name them.
    const DURABLE: bool;

    /// No further conversation. What was admitted is still answered.
    fn close(&self);

    /// Ends all conversations, and returns how many answers were still pending.
    fn stop(&self) -> usize;

    /// How busy it is.
    fn load(&self) -> Load;

    /// The last step, when streams and workers have ended.
    fn leave(&self) -> impl Future<Output = ()> + Send;
}

impl Backend for Memory {
    const DURABLE: bool = false;

    fn close(&self) {
        Self::close(self);
    }

    fn stop(&self) -> usize {
        Self::stop(self)
    }

    fn load(&self) -> Load {
        Self::load(self)
    }

    async fn leave(&self) {}
}

impl Backend for Postgres {
    const DURABLE: bool = true;

    fn close(&self) {
        Self::close(self);
    }

    fn stop(&self) -> usize {
        Self::stop(self)
    }

    fn load(&self) -> Load {
        Self::load(self)
    }

    async fn leave(&self) {
        Self::leave(self).await;
    }
}
