//! The queue in memory. It and its conversations live as long as the process: a key names nothing here.
//!
//! One mutex guards all of it. Every operation under it is short, none waits, and wakers are called after it is
//! released.

mod conversation;
mod entry;
mod job;
mod state;

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

pub use conversation::MemoryConversation;
pub use job::MemoryJob;

use crate::conversation::{OpenError, Opening, Queue};
use crate::model::Source;
use state::State;

/// A bounded queue in memory.
#[derive(Clone, Debug)]
pub struct Memory(Arc<Shared>);

/// How a queue in memory is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Maximum number of queued sentences.
    pub capacity: usize,
    /// Whether anybody takes them: if not, a client that has half-closed waits for nothing.
    pub answered: bool,
}

/// How busy a queue is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Sentences that wait.
    pub waiting: usize,
    /// Sentences that workers have taken.
    pub taken: usize,
    /// Conversations that are open.
    pub conversations: usize,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Notified once for each turn that somebody may take.
    turns: Notify,
    /// A random number: the sentences of this queue have names that those of no other have.
    name: u64,
}

impl Memory {
    /// An empty queue.
    pub fn new(settings: Settings) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::new(State::new(settings)),
            turns: Notify::new(),
            name: RandomState::new().hash_one("queue"),
        }))
    }

    /// Admits no further conversation and no further sentence. What was admitted is still answered.
    pub fn close(&self) {
        self.0.state().close();
    }

    /// Ends all conversations, and returns how many answers were still pending.
    pub fn stop(&self) -> usize {
        let (owed, wakers) = self.0.state().stop();
        for waker in wakers {
            waker.wake();
        }
        owed
    }

    /// How busy it is now.
    pub fn load(&self) -> Load {
        self.0.state().load()
    }
}

impl Shared {
    /// The lock is only held within this module's operations, and none of them panics halfway.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue for Memory {
    type Conversation = MemoryConversation;

    async fn open(&self, opening: Opening) -> Result<MemoryConversation, OpenError> {
        opening.check()?;
        let id = self.0.state().open().ok_or(OpenError::Draining)?;
        Ok(MemoryConversation::new(Arc::clone(&self.0), id))
    }
}

impl Source for Memory {
    type Job = MemoryJob;

    async fn take(&self) -> MemoryJob {
        loop {
            let turn = self.0.turns.notified();
            let mut turn = std::pin::pin!(turn);
            // In line first, then a look: a sentence that comes in between is not missed.
            turn.as_mut().enable();
            let taken = self.0.state().take();
            if let Some(taken) = taken {
                if taken.more.0 {
                    self.0.turns.notify_one();
                }
                return MemoryJob::new(Arc::clone(&self.0), taken);
            }
            turn.await;
        }
    }
}
