//! The queue in memory: sentences that wait, in one list for all streams.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Wrong;

/// The queue. Clones are handles to the same.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    /// Locked for a look or a change only.
    inner: Arc<Mutex<Inner>>,
    wrong: Wrong,
}

#[derive(Debug)]
struct Inner {
    capacity: usize,
    waiting: VecDeque<Waiting>,
    conversations: u64,
}

/// A sentence that waits.
#[derive(Debug)]
#[expect(dead_code, reason = "nothing takes sentences yet")]
pub(crate) struct Waiting {
    conversation: u64,
    number: u32,
    sentence: String,
}

/// One stream's place in the queue. Dropped, its sentences wait no longer.
#[derive(Debug)]
pub(crate) struct Conversation {
    queue: Queue,
    id: u64,
}

impl Queue {
    pub(crate) fn new(capacity: usize, wrong: Wrong) -> Self {
        let inner = Inner { capacity, waiting: VecDeque::new(), conversations: 0 };
        Self { inner: Arc::new(Mutex::new(inner)), wrong }
    }

    pub(crate) fn open(&self) -> Conversation {
        let mut inner = self.lock();
        inner.conversations += 1;
        Conversation { queue: self.clone(), id: inner.conversations }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Conversation {
    /// Queues a sentence if there is room.
    pub(crate) fn push(&self, number: u32, sentence: &str) -> bool {
        let mut inner = self.queue.lock();
        if inner.waiting.len() >= inner.capacity {
            return false;
        }
        inner.waiting.push_back(Waiting { conversation: self.id, number, sentence: sentence.to_owned() });
        true
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        let id = self.id;
        self.queue.lock().waiting.retain(|waiting| waiting.conversation != id);
    }
}
