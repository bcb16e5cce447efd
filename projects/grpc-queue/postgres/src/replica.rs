//! What all parts of a replica share: the database, its streams, what its workers hold, and the senders to
//! its batchers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use grpc_queue::QueueError;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::channels::Senders;
use crate::database::Database;
use crate::held::Held;
use crate::settings::Settings;
use crate::stream::Stream;

/// One program's part in the queue.
#[derive(Debug)]
pub(crate) struct Replica {
    pub(crate) settings: Settings,
    pub(crate) database: Database,
    pub(crate) senders: Senders,
    /// The database's number for it. A replica that was declared dead comes back with another.
    id: AtomicI64,
    /// No stream is opened any more.
    pub(crate) closed: AtomicBool,
    /// How many sentences waited when it was looked at last.
    pub(crate) waiting: AtomicU64,
    streams: Mutex<Streams>,
    /// What its workers hold.
    pub(crate) held: Held,
    /// Notified when there is something to take, or a new worker to take it.
    pub(crate) work: Notify,
    /// Notified when there are messages in the inbox.
    pub(crate) inbox: Notify,
    /// Notified when a heartbeat is due at once, because the database does not know this replica.
    pub(crate) reregister: Notify,
    /// Notified when it is registered under a new number.
    registered: Notify,
}

/// The open streams, by conversation and by key.
#[derive(Debug, Default)]
struct Streams {
    all: HashMap<Uuid, Arc<Stream>>,
    by_key: HashMap<String, Uuid>,
}

impl Streams {
    fn remove(&mut self, stream: &Stream) {
        self.all.remove(&stream.conversation);
        if let Some(key) = &stream.key {
            self.by_key.remove(key);
        }
    }
}

impl Replica {
    pub(crate) fn new(settings: Settings, database: Database, senders: Senders, id: i64) -> Self {
        Self {
            settings,
            database,
            senders,
            id: AtomicI64::new(id),
            closed: AtomicBool::new(false),
            waiting: AtomicU64::new(0),
            streams: Mutex::default(),
            held: Held::default(),
            work: Notify::new(),
            inbox: Notify::new(),
            reregister: Notify::new(),
            registered: Notify::new(),
        }
    }

    pub(crate) fn id(&self) -> i64 {
        self.id.load(Ordering::Relaxed)
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn stream(&self, conversation: Uuid) -> Option<Arc<Stream>> {
        self.streams().all.get(&conversation).cloned()
    }

    pub(crate) fn stream_with_key(&self, key: &str) -> Option<Arc<Stream>> {
        let streams = self.streams();
        streams.by_key.get(key).and_then(|conversation| streams.all.get(conversation)).cloned()
    }

    /// Adds a stream. Of two streams with one key the later one stays, in whichever order they come here.
    pub(crate) fn add(&self, stream: &Arc<Stream>) {
        let mut streams = self.streams();
        let loses = match streams.all.get(&stream.conversation) {
            Some(later) if later.epoch > stream.epoch => Some(Arc::clone(stream)),
            _ => {
                if let Some(key) = &stream.key {
                    streams.by_key.insert(key.clone(), stream.conversation);
                }
                streams.all.insert(stream.conversation, Arc::clone(stream))
            }
        };
        drop(streams);
        if let Some(stream) = loses {
            stream.end(QueueError::TakenOver);
        }
    }

    /// A stream has been dropped: it is closed in the database, and calls that are made for it alone are cancelled.
    /// It stays here until the database knows: a stream that takes over until then asks it how far it came.
    pub(crate) fn drop_stream(&self, stream: &Arc<Stream>) {
        // From here on no batcher does anything else for it.
        let standing = stream.end(QueueError::Stopped);
        if stream.key.is_none() {
            self.held.cancel_all(stream.conversation);
        }
        self.senders.close(stream, standing);
    }

    /// The database knows that this stream has ended.
    pub(crate) fn remove(&self, stream: &Arc<Stream>) {
        let mut streams = self.streams();
        if streams.all.get(&stream.conversation).is_some_and(|found| Arc::ptr_eq(found, stream)) {
            streams.remove(stream);
        }
    }

    /// Ends all streams, and returns how many answers were still pending.
    pub(crate) fn end_all(&self, error: &QueueError) -> usize {
        let streams: Vec<_> =
            self.streams().all.values().filter(|stream| stream.is_open()).cloned().collect();
        streams.iter().map(|stream| stream.end(error.clone()).owed).sum()
    }

    pub(crate) fn open_streams(&self) -> usize {
        self.streams().all.len()
    }

    /// Waits until the replica has another number than this one, which the database doesn't know.
    pub(crate) async fn registered_again(&self, id: i64) {
        loop {
            let registered = self.registered.notified();
            if self.id() != id {
                return;
            }
            self.reregister.notify_one();
            registered.await;
        }
    }

    /// The database has declared this replica dead, and its work belongs to others. It goes on as a new replica.
    pub(crate) fn start_again(&self, id: i64) {
        // Before anything is taken under the new number: that stays.
        self.held.clear();
        self.id.store(id, Ordering::Relaxed);
        self.end_all(&QueueError::Unreachable);
        self.registered.notify_waiters();
    }
}
