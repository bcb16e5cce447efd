//! One conversation within the queue: what waits, and what it is owed, in order.

use std::collections::VecDeque;
use std::task::Waker;

use tokio::sync::watch;

/// So many sentences of one conversation may be in the hands of workers, or answered and not yet sent. A client that
/// doesn't read, or whose first answer is slow, leaves the rest of its sentences waiting: the queue says so to it.
pub(super) const MOST_UNSENT: usize = 1024;

/// The same in bytes of answers.
pub(super) const MOST_UNSENT_BYTES: usize = 4 << 20;

/// What came of a sentence: the model's answer or why there is none.
pub(super) type Outcome = Result<String, String>;

#[derive(Debug, Default)]
pub(super) struct Entry {
    /// The sentences that wait, in order, without those that a worker gave back.
    waiting: VecDeque<Waiting>,
    /// A slot for each admitted sentence whose answer wasn't sent yet, waiting or not, in order.
    owed: VecDeque<Slot>,
    /// The place of the first slot: places are counted from the first admitted sentence.
    first: u64,
    unsent_bytes: usize,
    /// When it is this conversation's turn, while it has one.
    pub(super) turn: Option<u64>,
    /// The client has ended.
    pub(super) finished: bool,
    /// The queue was stopped.
    pub(super) stopped: bool,
    /// Who waits for the next answer.
    pub(super) waker: Option<Waker>,
    /// Its receivers are the jobs; dropped, it tells them that nobody wants their answers.
    wanted: Option<watch::Sender<()>>,
}

/// A sentence and its place among the admitted ones of its conversation.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) place: u64,
    pub(super) sentence: String,
}

#[derive(Debug)]
struct Slot {
    number: u32,
    outcome: Option<Outcome>,
}

impl Entry {
    pub(super) fn push(&mut self, number: u32, sentence: String) {
        let place = self.first + self.owed.len() as u64;
        self.owed.push_back(Slot { number, outcome: None });
        self.waiting.push_back(Waiting { place, sentence });
    }

    /// The first sentence that waits.
    pub(super) fn take(&mut self) -> Option<Waiting> {
        self.waiting.pop_front()
    }

    /// Where a worker hears that nobody wants its answer any more.
    pub(super) fn wanted(&mut self) -> watch::Receiver<()> {
        self.wanted.get_or_insert_default().subscribe()
    }

    /// Whether the answer of a sentence is still owed.
    pub(super) fn owes(&self, place: u64) -> bool {
        place >= self.first && place - self.first < self.owed.len() as u64
    }

    /// Hands an answer in. True when it is the next to be sent.
    pub(super) fn answer(&mut self, place: u64, outcome: Outcome) -> bool {
        let index = place.checked_sub(self.first).and_then(|index| usize::try_from(index).ok());
        let Some(slot) = index.and_then(|index| self.owed.get_mut(index)) else { return false };
        self.unsent_bytes += bytes(&outcome);
        slot.outcome = Some(outcome);
        place == self.first
    }

    /// The next answer, when it is there, with the number of its sentence.
    pub(super) fn next(&mut self) -> Option<(u32, Outcome)> {
        let slot = self.owed.front_mut()?;
        let outcome = slot.outcome.take()?;
        let number = slot.number;
        self.owed.pop_front();
        self.first += 1;
        self.unsent_bytes -= bytes(&outcome);
        Some((number, outcome))
    }

    /// Drops what waits and what is owed, and says how many sentences waited.
    pub(super) fn forget(&mut self) -> usize {
        let waiting = std::mem::take(&mut self.waiting).len();
        self.first += std::mem::take(&mut self.owed).len() as u64;
        self.unsent_bytes = 0;
        self.wanted = None;
        waiting
    }

    /// Whether a sentence of it may be taken.
    pub(super) fn is_ready(&self) -> bool {
        let unsent = self.owed.len() - self.waiting.len();
        !self.waiting.is_empty() && unsent < MOST_UNSENT && self.unsent_bytes < MOST_UNSENT_BYTES
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many answers weren't sent yet.
    pub(super) fn owed(&self) -> usize {
        self.owed.len()
    }
}

fn bytes(outcome: &Outcome) -> usize {
    match outcome {
        Ok(text) | Err(text) => text.len(),
    }
}
