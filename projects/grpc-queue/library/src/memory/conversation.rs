//! A stream's end of the queue in memory.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::Shared;
use super::state::{Id, Turn};
use crate::conversation::{Conversation, Event, QueueError};

/// A conversation of the queue in memory. Dropped, it frees its places and aborts its calls.
#[derive(Debug)]
pub struct MemoryConversation {
    queue: Arc<Shared>,
    id: Id,
    /// What became of the sentences that were pushed. It is known at once; nobody else has to see it.
    admissions: VecDeque<Event>,
}

/// Maximum number of admissions that wait to be taken.
const MOST_ADMISSIONS: usize = 64;

impl MemoryConversation {
    pub(super) fn new(queue: Arc<Shared>, id: Id) -> Self {
        Self { queue, id, admissions: VecDeque::new() }
    }
}

impl Conversation for MemoryConversation {
    fn numbered(&self) -> u32 {
        0
    }

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<()> {
        // No waker is kept: who takes an admission is who asks here.
        if self.admissions.len() < MOST_ADMISSIONS { Poll::Ready(()) } else { Poll::Pending }
    }

    fn push(&mut self, sentences: impl IntoIterator<Item = (u32, String)>) {
        let mut turn = Turn(false);
        let mut state = self.queue.state();
        for (number, sentence) in sentences {
            let admitted = state.push(self.id, number, sentence);
            turn.0 |= admitted == Some(Turn(true));
            self.admissions.push_back(if admitted.is_some() { Event::Enqueued } else { Event::Full });
        }
        drop(state);
        if turn.0 {
            // One is enough: a worker that takes a sentence wakes the next if there are more.
            self.queue.turns.notify_one();
        }
    }

    fn pass(&mut self, _: u32) {
        // The numbers end with the stream, which knows them.
    }

    fn finish(&mut self) {
        self.queue.state().finish(self.id);
    }

    fn owes(&self) -> bool {
        // There is no earlier stream.
        false
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Result<Event, QueueError>> {
        if let Some(admission) = self.admissions.pop_front() {
            return Poll::Ready(Ok(admission));
        }
        let (event, turn) = self.queue.state().next(self.id, cx.waker());
        if turn.0 {
            self.queue.turns.notify_one();
        }
        event
    }
}

impl Drop for MemoryConversation {
    fn drop(&mut self) {
        let entry = self.queue.state().cancel(self.id);
        drop(entry);
    }
}
