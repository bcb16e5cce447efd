//! The channels to the batchers. No sender waits: callers bound what is on its way.

use std::sync::Arc;

use grpc_queue::{OpenError, Opening};
use tokio::sync::{mpsc, oneshot};

use crate::conversation::PostgresConversation;
use crate::job::PostgresJob;
use crate::replica::Name;
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

/// A stream that begins.
pub(crate) struct Request {
    pub(crate) opening: Opening,
    pub(crate) opened: oneshot::Sender<Result<PostgresConversation, OpenError>>,
}

/// An idle worker: where its next job goes.
pub(crate) type Idle = oneshot::Sender<PostgresJob>;

/// The sending halves.
#[derive(Debug)]
pub(crate) struct Senders {
    requests: mpsc::UnboundedSender<Request>,
    pushes: mpsc::UnboundedSender<Push>,
    idle: mpsc::UnboundedSender<Idle>,
    handed: mpsc::UnboundedSender<Handed>,
    fetches: mpsc::UnboundedSender<Arc<Stream>>,
    closings: mpsc::UnboundedSender<Closing>,
}

/// The receiving halves, one for each batcher.
pub(crate) struct Receivers {
    pub(super) requests: mpsc::UnboundedReceiver<Request>,
    pub(super) pushes: mpsc::UnboundedReceiver<Push>,
    pub(super) idle: mpsc::UnboundedReceiver<Idle>,
    pub(super) handed: mpsc::UnboundedReceiver<Handed>,
    pub(super) fetches: mpsc::UnboundedReceiver<Arc<Stream>>,
    pub(super) closings: mpsc::UnboundedReceiver<Closing>,
}

pub(crate) fn channels() -> (Senders, Receivers) {
    let (to_requests, requests) = mpsc::unbounded_channel();
    let (to_pushes, pushes) = mpsc::unbounded_channel();
    let (to_idle, idle) = mpsc::unbounded_channel();
    let (to_handed, handed) = mpsc::unbounded_channel();
    let (to_fetches, fetches) = mpsc::unbounded_channel();
    let (to_closings, closings) = mpsc::unbounded_channel();
    let senders = Senders {
        requests: to_requests,
        pushes: to_pushes,
        idle: to_idle,
        handed: to_handed,
        fetches: to_fetches,
        closings: to_closings,
    };
    (senders, Receivers { requests, pushes, idle, handed, fetches, closings })
}

/// A batcher that has ended takes nothing more: the replica has left, and nobody waits for the outcome.
impl Senders {
    /// Opens a conversation. Dropped before, it opens none that stays.
    pub(crate) async fn open(&self, opening: Opening) -> Result<PostgresConversation, OpenError> {
        let (opened, conversation) = oneshot::channel();
        drop(self.requests.send(Request { opening, opened }));
        conversation.await.unwrap_or(Err(OpenError::Draining))
    }

    pub(crate) fn push(&self, stream: &Arc<Stream>, number: u32, sentence: Option<String>) {
        drop(self.pushes.send(Push { stream: Arc::clone(stream), number, sentence }));
    }

    /// Resolves with the next job. Dropped before, it has taken nothing: a job on its way to it goes to another worker
    /// or back.
    pub(crate) async fn take(&self) -> PostgresJob {
        let (idle, job) = oneshot::channel();
        drop(self.idle.send(idle));
        match job.await {
            Ok(job) => job,
            Err(_) => std::future::pending().await,
        }
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
