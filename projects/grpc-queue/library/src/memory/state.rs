//! The queue's state as a plain structure: no lock, no task, no clock. Each operation is one step of the contract.
//!
//! Conversations take turns. One that has sentences waiting has a turn in line; a turn takes one sentence, and the
//! conversation goes to the end of the line if it has more. So a conversation's only waiting sentence waits for at
//! most one of each other conversation, and goes before all that is pushed after it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::task::{Poll, Waker};

use tokio::sync::watch;

use super::entry::{Entry, Outcome, Waiting};
use super::{Load, Settings};
use crate::conversation::{Event, QueueError};

/// A conversation's name within the process.
pub(super) type Id = u64;

#[derive(Debug)]
pub(super) struct State {
    settings: Settings,
    closed: bool,
    waiting: usize,
    taken: usize,
    last: Id,
    /// By their names, which are our own: no stranger can choose them.
    conversations: HashMap<Id, Entry, foldhash::fast::RandomState>,
    /// Whose turn it is: the first of the line takes it.
    turns: BTreeMap<u64, Id>,
    /// Sentences that a worker gave back: they have had their turn, and go before all others.
    returned: VecDeque<(Id, Waiting)>,
}

/// A sentence that a worker has taken.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) id: Id,
    pub(super) waiting: Waiting,
    pub(super) wanted: watch::Receiver<()>,
    /// Whether another may be taken after it.
    pub(super) more: Turn,
}

/// Whether somebody may take a sentence who couldn't before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn(pub(super) bool);

impl State {
    pub(super) fn new(settings: Settings) -> Self {
        let conversations = HashMap::default();
        let (turns, returned) = (BTreeMap::new(), VecDeque::new());
        Self { settings, closed: false, waiting: 0, taken: 0, last: 0, conversations, turns, returned }
    }

    /// A new conversation, unless the queue is closed.
    pub(super) fn open(&mut self) -> Option<Id> {
        if self.closed {
            return None;
        }
        self.last += 1;
        self.conversations.insert(self.last, Entry::default());
        Some(self.last)
    }

    /// Admits a sentence, when there is room.
    pub(super) fn push(&mut self, id: Id, number: u32, sentence: String) -> Option<Turn> {
        if self.closed || self.waiting >= self.settings.capacity {
            return None;
        }
        let entry = self.conversations.get_mut(&id)?;
        entry.push(number, sentence);
        self.waiting += 1;
        Some(Self::line_up(&mut self.turns, id, entry))
    }

    /// Takes the sentence whose turn it is.
    pub(super) fn take(&mut self) -> Option<Taken> {
        let (id, waiting) = match self.returned.pop_front() {
            Some(returned) => returned,
            None => self.take_turn()?,
        };
        self.waiting -= 1;
        self.taken += 1;
        let wanted = self.conversations.get_mut(&id).expect("what waits is of an open conversation").wanted();
        let more = Turn(!self.returned.is_empty() || !self.turns.is_empty());
        Some(Taken { id, waiting, wanted, more })
    }

    fn take_turn(&mut self) -> Option<(Id, Waiting)> {
        let (_, id) = self.turns.pop_first()?;
        let entry = self.conversations.get_mut(&id).expect("only open conversations are in line");
        entry.turn = None;
        let waiting = entry.take().expect("only conversations with waiting sentences are in line");
        Self::line_up(&mut self.turns, id, entry);
        Some((id, waiting))
    }

    /// Hands an answer in, and says who waits for it.
    pub(super) fn answer(&mut self, id: Id, place: u64, outcome: Outcome) -> Option<Waker> {
        self.taken -= 1;
        let entry = self.conversations.get_mut(&id)?;
        if entry.answer(place, outcome) { entry.waker.take() } else { None }
    }

    /// A worker gives its sentence back.
    pub(super) fn give_back(&mut self, id: Id, waiting: Waiting) -> Turn {
        self.taken -= 1;
        let owed = self.conversations.get(&id).is_some_and(|entry| entry.owes(waiting.place));
        if owed {
            self.waiting += 1;
            self.returned.push_back((id, waiting));
        }
        Turn(owed)
    }

    /// The next event of a conversation; while there is none, the waker is kept.
    pub(super) fn next(&mut self, id: Id, waker: &Waker) -> (Poll<Result<Event, QueueError>>, Turn) {
        let Some(entry) = self.conversations.get_mut(&id) else {
            return (Poll::Ready(Ok(Event::Done)), Turn(false));
        };
        if entry.stopped {
            return (Poll::Ready(Err(QueueError::Stopped)), Turn(false));
        }
        if let Some((number, result)) = entry.next() {
            // A conversation that had too many unsent answers may be taken from again.
            let turn = Self::line_up(&mut self.turns, id, entry);
            return (Poll::Ready(Ok(Event::Answer { number, result })), turn);
        }
        if entry.finished && entry.owed() == 0 {
            return (Poll::Ready(Ok(Event::Done)), Turn(false));
        }
        if !entry.waker.as_ref().is_some_and(|kept| kept.will_wake(waker)) {
            entry.waker = Some(waker.clone());
        }
        (Poll::Pending, Turn(false))
    }

    /// The client has half-closed. Where nobody takes sentences, no answer is pending.
    pub(super) fn finish(&mut self, id: Id) {
        let Some(entry) = self.conversations.get_mut(&id) else { return };
        entry.finished = true;
        if !self.settings.answered {
            let turn = entry.turn.take();
            self.waiting -= entry.forget();
            self.leave(id, turn);
        }
    }

    /// The client has disconnected: its places are free. The caller drops the rest after it has released the lock.
    pub(super) fn cancel(&mut self, id: Id) -> Option<Entry> {
        let entry = self.conversations.remove(&id)?;
        self.waiting -= entry.waiting();
        self.leave(id, entry.turn);
        Some(entry)
    }

    /// Takes a conversation out of the line.
    fn leave(&mut self, id: Id, turn: Option<u64>) {
        if let Some(turn) = turn {
            self.turns.remove(&turn);
        }
        // Workers give back when they are aborted: there are as many as workers, and as a rule none.
        let before = self.returned.len();
        self.returned.retain(|(other, _)| *other != id);
        self.waiting -= before - self.returned.len();
    }

    /// No further conversation, no further sentence.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    /// Ends all conversations. Returns how many answers were pending, and whom to wake.
    pub(super) fn stop(&mut self) -> (usize, Vec<Waker>) {
        self.closed = true;
        self.turns.clear();
        self.waiting -= std::mem::take(&mut self.returned).len();
        let mut owed = 0;
        let mut wakers = Vec::new();
        for entry in self.conversations.values_mut() {
            owed += if self.settings.answered { entry.owed() } else { 0 };
            entry.stopped = true;
            entry.turn = None;
            self.waiting -= entry.forget();
            wakers.extend(entry.waker.take());
        }
        (owed, wakers)
    }

    pub(super) fn load(&self) -> Load {
        Load { waiting: self.waiting, taken: self.taken, conversations: self.conversations.len() }
    }

    fn line_up(turns: &mut BTreeMap<u64, Id>, id: Id, entry: &mut Entry) -> Turn {
        if entry.turn.is_none() && entry.is_ready() {
            let turn = turns.last_key_value().map_or(0, |(last, _)| last + 1);
            turns.insert(turn, id);
            entry.turn = Some(turn);
        }
        // In line already: another worker that is free may take the next sentence when the first is taken.
        Turn(entry.turn.is_some())
    }
}

#[cfg(test)]
mod tests;
