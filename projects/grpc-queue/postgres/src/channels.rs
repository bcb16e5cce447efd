//! The channels from a replica to its batchers, and the messages in them.
//!
//! No sender waits: callers bound what is on its way.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::held::Name;
use crate::stream::{Standing, Stream};

/// A sentence to be admitted, or only its number.
pub(crate) struct Push {
    pub(crate) stream: Arc<Stream>,
    pub(crate) number: u32,
    pub(crate) sentence: Option<String>,
}

/// A taken sentence that a worker lets go.
pub(crate) struct Handed {
    pub(crate) name: Name,
    pub(crate) fence: i64,
    /// The answer or why there is none; nothing at all where it goes back.
    pub(crate) result: Option<Result<String, String>>,
    /// Dropped when the database has it.
    pub(crate) kept: oneshot::Sender<()>,
}

/// A stream that has ended, or a question whether all before it are settled.
pub(crate) enum Closing {
    Stream(Arc<Stream>, Standing),
    Settled(oneshot::Sender<()>),
}

/// The sending halves.
#[derive(Debug)]
pub(crate) struct Senders {
    pushes: mpsc::UnboundedSender<Push>,
    handed: mpsc::UnboundedSender<Handed>,
    fetches: mpsc::UnboundedSender<Arc<Stream>>,
    closings: mpsc::UnboundedSender<Closing>,
}

/// The receiving halves, one for each batcher.
pub(crate) struct Receivers {
    pub(crate) pushes: mpsc::UnboundedReceiver<Push>,
    pub(crate) handed: mpsc::UnboundedReceiver<Handed>,
    pub(crate) fetches: mpsc::UnboundedReceiver<Arc<Stream>>,
    pub(crate) closings: mpsc::UnboundedReceiver<Closing>,
}

pub(crate) fn channels() -> (Senders, Receivers) {
    let (to_pushes, pushes) = mpsc::unbounded_channel();
    let (to_handed, handed) = mpsc::unbounded_channel();
    let (to_fetches, fetches) = mpsc::unbounded_channel();
    let (to_closings, closings) = mpsc::unbounded_channel();
    let senders =
        Senders { pushes: to_pushes, handed: to_handed, fetches: to_fetches, closings: to_closings };
    (senders, Receivers { pushes, handed, fetches, closings })
}

/// A batcher that has ended takes nothing more: the replica has left, and nobody waits for the outcome.
impl Senders {
    pub(crate) fn push(&self, stream: &Arc<Stream>, number: u32, sentence: Option<String>) {
        drop(self.pushes.send(Push { stream: Arc::clone(stream), number, sentence }));
    }

    /// Resolves when the database has the answer.
    pub(crate) fn answer(
        &self,
        name: Name,
        fence: i64,
        result: Result<String, String>,
    ) -> oneshot::Receiver<()> {
        let (kept, when) = oneshot::channel();
        drop(self.handed.send(Handed { name, fence, result: Some(result), kept }));
        when
    }

    pub(crate) fn give_back(&self, name: Name, fence: i64) -> oneshot::Receiver<()> {
        let (kept, when) = oneshot::channel();
        drop(self.handed.send(Handed { name, fence, result: None, kept }));
        when
    }

    pub(crate) fn fetch(&self, stream: &Arc<Stream>) {
        drop(self.fetches.send(Arc::clone(stream)));
    }

    pub(crate) fn close(&self, stream: &Arc<Stream>, standing: Standing) {
        drop(self.closings.send(Closing::Stream(Arc::clone(stream), standing)));
    }

    /// Resolves when the database knows of all streams that were closed before.
    pub(crate) async fn settled(&self) {
        let (done, when) = oneshot::channel();
        drop(self.closings.send(Closing::Settled(done)));
        drop(when.await);
    }
}

/// Waits for a message, then takes all that are there, up to a maximum. Returns `false` when the channel is closed.
pub(crate) async fn gather<T>(
    from: &mut mpsc::UnboundedReceiver<T>,
    batch: &mut Vec<T>,
    most: usize,
) -> bool {
    batch.clear();
    from.recv_many(batch, most).await > 0
}
