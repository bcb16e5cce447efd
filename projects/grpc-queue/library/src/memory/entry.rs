//! One conversation within the queue: waiting sentences and pending answers, in order.

use std::collections::VecDeque;
use std::task::Waker;

use tokio::sync::watch;

/// Maximum number of sentences of one conversation that workers have taken, or that are answered and not yet sent. A
/// client that doesn't read, or whose first answer is slow, leaves the rest of its sentences in the queue.
pub(super) const MOST_UNSENT: usize = 1024;

/// The same in bytes of answers.
pub(super) const MOST_UNSENT_BYTES: usize = 4 << 20;

/// What came of a sentence: the model's answer or why there is none.
pub(super) type Outcome = Result<String, String>;

#[derive(Debug, Default)]
pub(super) struct Entry {
    /// A slot for each admitted sentence whose answer wasn't sent yet, in order: those that were taken, then those that
    /// wait.
    slots: VecDeque<Slot>,
    /// The place of the first slot: places are counted from the first admitted sentence.
    first: u64,
    /// The place of the first sentence that wasn't taken.
    next: u64,
    unsent_bytes: usize,
    /// When it is this conversation's turn, while it has one.
    pub(super) turn: Option<u64>,
    /// The client has ended.
    pub(super) finished: bool,
    /// The queue was stopped.
    pub(super) stopped: bool,
    /// Whom to wake for the next answer.
    pub(super) waker: Option<Waker>,
    /// Its receivers are the jobs; dropping it notifies them that nobody wants their answers.
    wanted: Option<watch::Sender<()>>,
}

/// A sentence and its place among the admitted ones of its conversation.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) place: u64,
    pub(super) sentence: String,
}

/// As small as it can be: there is one for each sentence that waits.
#[derive(Debug)]
struct Slot {
    /// The sentence while it waits, then the answer or why there is none.
    text: String,
    number: u32,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Taken,
    Answered,
    Failed,
}

impl Entry {
    pub(super) fn push(&mut self, number: u32, sentence: String) {
        self.slots.push_back(Slot { text: sentence, number, stage: Stage::Waiting });
    }

    /// The first sentence that waits.
    pub(super) fn take(&mut self) -> Option<Waiting> {
        let place = self.next;
        let slot = self.slot(place)?;
        slot.stage = Stage::Taken;
        let sentence = std::mem::take(&mut slot.text);
        self.next += 1;
        Some(Waiting { place, sentence })
    }

    fn slot(&mut self, place: u64) -> Option<&mut Slot> {
        let index = place.checked_sub(self.first)?;
        self.slots.get_mut(usize::try_from(index).ok()?)
    }

    /// Notifies a worker that nobody wants its answer any more.
    pub(super) fn wanted(&mut self) -> watch::Receiver<()> {
        self.wanted.get_or_insert_default().subscribe()
    }

    /// Whether the answer to a sentence is still pending.
    pub(super) fn owes(&self, place: u64) -> bool {
        place >= self.first && place - self.first < self.slots.len() as u64
    }

    /// Hands an answer in. True when it is the next to be sent.
    pub(super) fn answer(&mut self, place: u64, outcome: Outcome) -> bool {
        let Some(slot) = self.slot(place) else { return false };
        let (stage, text) = match outcome {
            Ok(answer) => (Stage::Answered, answer),
            Err(reason) => (Stage::Failed, reason),
        };
        let bytes = text.len();
        (slot.stage, slot.text) = (stage, text);
        self.unsent_bytes += bytes;
        place == self.first
    }

    /// The next answer, when it is there, with the number of its sentence.
    pub(super) fn next(&mut self) -> Option<(u32, Outcome)> {
        let is_there = |slot: &mut Slot| matches!(slot.stage, Stage::Answered | Stage::Failed);
        let Slot { text, number, stage } = self.slots.pop_front_if(is_there)?;
        self.first += 1;
        self.unsent_bytes -= text.len();
        Some((number, if stage == Stage::Answered { Ok(text) } else { Err(text) }))
    }

    /// Drops waiting sentences and pending answers, and returns how many sentences waited.
    pub(super) fn forget(&mut self) -> usize {
        let waiting = self.waiting();
        self.first += std::mem::take(&mut self.slots).len() as u64;
        self.next = self.first;
        self.unsent_bytes = 0;
        self.wanted = None;
        waiting
    }

    /// Whether a sentence of it may be taken.
    pub(super) fn is_ready(&self) -> bool {
        self.waiting() > 0 && self.taken() < MOST_UNSENT && self.unsent_bytes < MOST_UNSENT_BYTES
    }

    /// How many sentences wait that no worker has taken yet.
    pub(super) fn waiting(&self) -> usize {
        self.slots.len() - self.taken()
    }

    /// How many were taken, and their answers not sent yet.
    fn taken(&self) -> usize {
        // Fewer than there are slots.
        usize::try_from(self.next - self.first).unwrap_or(usize::MAX)
    }

    /// How many answers weren't sent yet.
    pub(super) fn owed(&self) -> usize {
        self.slots.len()
    }
}
