//! The handle of a replica: connects, closes, stops, leaves.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use grpc_queue::{Load, OpenError, Opening, Queue, QueueError, Source};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tracing::{info, warn};

use crate::address::Address;
use crate::batchers::{self, Idle, Request};
use crate::channels::channels;
use crate::conversation::PostgresConversation;
use crate::database::Database;
use crate::job::PostgresJob;
use crate::migrations::{ConnectError, migrate};
use crate::replica::Replica;
use crate::settings::Settings;

/// Timeout for each of the two steps of leaving.
const LEAVE: Duration = Duration::from_millis(500);

/// One program's part in a queue that is kept in Postgres. Clones are handles to the same part.
#[derive(Clone, Debug)]
pub struct Postgres {
    replica: Arc<Replica>,
    /// To the batchers that open conversations and that take sentences. Their replies own a replica, so that the
    /// replica can't own these.
    requests: mpsc::UnboundedSender<Request>,
    idle: mpsc::UnboundedSender<Idle>,
    /// The batchers. They end with [`Postgres::leave`] or with the last handle.
    batchers: Arc<Mutex<JoinSet<()>>>,
}

impl Postgres {
    /// Brings the database's schema up to date and joins the replicas that are there.
    ///
    /// # Errors
    ///
    /// The database doesn't answer, or has a schema that this program doesn't know. Nothing is tried twice.
    pub async fn connect(address: &Address, settings: Settings) -> Result<Self, ConnectError> {
        migrate(address).await?;
        let database = Database::new(address.options(), &settings);
        let registered = database.once(&batchers::register(&settings)).await;
        let id = registered.map_err(|source| ConnectError::Connect { address: address.clone(), source })?;
        info!(replica = id, name = settings.name, %address, "joined the queue");
        let (senders, receivers) = channels();
        let replica = Arc::new(Replica::new(settings, database, senders, id));
        let (requests, to_open) = mpsc::unbounded_channel();
        let (idle, to_work) = mpsc::unbounded_channel();
        let batchers = Arc::new(Mutex::new(batchers::start(&replica, receivers, to_open, to_work)));
        Ok(Self { replica, requests, idle, batchers })
    }

    /// Opens no further conversation. What was admitted is still answered, and workers go on.
    pub fn close(&self) {
        self.replica.closed.store(true, Ordering::Relaxed);
    }

    /// Ends all conversations of this replica, and returns how many answers were still pending. Conversations with a
    /// key keep theirs.
    pub fn stop(&self) -> usize {
        self.replica.end_all(&QueueError::Stopped)
    }

    /// Leaves the queue: what streams and workers have let go is settled, what workers still hold goes to other
    /// replicas at once. To be called when streams and workers have ended; without it, others wait for the lease, as
    /// they do where the database is away. Takes no longer than a second.
    pub async fn leave(&self) {
        self.close();
        let (replica, id) = (&self.replica, self.replica.id());
        let goodbye = async {
            replica.senders.settled().await;
            self.end_batchers();
            replica.database.once(&batchers::leave(id)).await
        };
        let left = matches!(timeout(LEAVE, goodbye).await, Ok(Ok(())));
        self.end_batchers();
        if left {
            drop(timeout(LEAVE, replica.database.close()).await);
        } else {
            warn!("left without a goodbye: the lease has to run out");
        }
    }

    fn end_batchers(&self) {
        self.batchers.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
    }

    /// How busy the queue is: what waits over all replicas, as it was a moment ago; the rest is this replica's.
    pub fn load(&self) -> Load {
        let waiting = self.replica.waiting.load(Ordering::Relaxed);
        Load {
            waiting: usize::try_from(waiting).unwrap_or(usize::MAX),
            taken: self.replica.held.count(),
            conversations: self.replica.open_streams(),
        }
    }
}

impl Queue for Postgres {
    type Conversation = PostgresConversation;

    async fn open(&self, opening: Opening) -> Result<PostgresConversation, OpenError> {
        opening.check()?;
        if self.replica.closed.load(Ordering::Relaxed) {
            return Err(OpenError::Draining);
        }
        let (opened, conversation) = oneshot::channel();
        // A batcher that has ended drops the request: the replica has left.
        drop(self.requests.send(Request { opening, opened }));
        conversation.await.unwrap_or(Err(OpenError::Draining))
    }
}

impl Source for Postgres {
    type Job = PostgresJob;

    /// Dropped before it resolves, it has taken nothing: a job on its way goes to another worker or back.
    async fn take(&self) -> PostgresJob {
        let (idle, job) = oneshot::channel();
        drop(self.idle.send(idle));
        match job.await {
            Ok(job) => job,
            // The batcher has ended: there will be no job.
            Err(_) => std::future::pending().await,
        }
    }
}
