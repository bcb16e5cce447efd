//! The sentences that a replica's workers have taken, and how their calls are cancelled.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use uuid::Uuid;

/// A sentence's name: its conversation and its number.
pub(crate) type Name = (Uuid, i64);

/// All held sentences. Its mutex is held for one look-up at a time and never over an await.
#[derive(Debug, Default)]
pub(crate) struct Held(Mutex<BTreeMap<Name, Hold>>);

#[derive(Debug)]
struct Hold {
    fence: i64,
    /// Dropped or used, it cancels the call.
    _cancel: oneshot::Sender<()>,
}

impl Held {
    fn all(&self) -> MutexGuard<'_, BTreeMap<Name, Hold>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a worker has a sentence. The receiver resolves when its answer is of no use any more.
    pub(crate) fn hold(&self, name: Name, fence: i64) -> oneshot::Receiver<()> {
        let (cancel, cancelled) = oneshot::channel();
        self.all().insert(name, Hold { fence, _cancel: cancel });
        cancelled
    }

    /// The database knows that the sentence isn't in this replica's hands any more.
    pub(crate) fn release(&self, name: Name, fence: i64) {
        let mut held = self.all();
        if held.get(&name).is_some_and(|held| held.fence == fence) {
            held.remove(&name);
        }
    }

    pub(crate) fn contains(&self, name: Name, fence: i64) -> bool {
        self.all().get(&name).is_some_and(|held| held.fence == fence)
    }

    pub(crate) fn count(&self) -> usize {
        self.all().len()
    }

    /// Cancels the calls for one conversation.
    pub(crate) fn cancel_all(&self, conversation: Uuid) {
        let mut held = self.all();
        let numbers: Vec<_> =
            held.range((conversation, 0)..=(conversation, i64::MAX)).map(|(name, _)| *name).collect();
        for name in numbers {
            held.remove(&name);
        }
    }

    /// Cancels all calls.
    pub(crate) fn clear(&self) {
        self.all().clear();
    }
}
