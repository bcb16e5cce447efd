//! The numbers of a stream's sentences: which is next, which wait for their acknowledgement, which for their answer.

use std::borrow::Cow;
use std::collections::VecDeque;

use tokio::time::Instant;

/// Maximum number of sentences without an acknowledgement. At it, no more are read.
const MAX_UNACKNOWLEDGED: usize = 1024;

#[derive(Debug)]
pub(super) struct Numbers {
    last: u32,
    /// What the next acknowledgements are about, in the order of the sentences.
    acknowledgements: VecDeque<Acknowledgement>,
    /// The numbers of admitted sentences that weren't answered yet, and since when.
    owed: VecDeque<(u32, Instant)>,
}

#[derive(Debug)]
enum Acknowledgement {
    /// The queue says it of a sentence that was read then.
    OfQueue(u32, Instant),
    /// A refusal, which waits for those before it.
    Refused(u32, Cow<'static, str>),
}

impl Numbers {
    pub(super) fn after(last: u32) -> Self {
        Self { last, acknowledgements: VecDeque::new(), owed: VecDeque::new() }
    }

    /// The number of a sentence that was read; none when all are used.
    pub(super) fn next(&mut self) -> Option<u32> {
        self.last = self.last.checked_add(1)?;
        Some(self.last)
    }

    /// A sentence that was read now is pushed.
    pub(super) fn push(&mut self, number: u32, now: Instant) {
        self.acknowledgements.push_back(Acknowledgement::OfQueue(number, now));
    }

    /// A sentence is refused.
    pub(super) fn refuse(&mut self, number: u32, reason: Cow<'static, str>) {
        self.acknowledgements.push_back(Acknowledgement::Refused(number, reason));
    }

    /// A refusal whose turn it is.
    pub(super) fn refused(&mut self) -> Option<(u32, Cow<'static, str>)> {
        let refused = |next: &mut Acknowledgement| matches!(next, Acknowledgement::Refused(..));
        match self.acknowledgements.pop_front_if(refused) {
            Some(Acknowledgement::Refused(number, reason)) => Some((number, reason)),
            _ => None,
        }
    }

    /// The queue has admitted the next sentence.
    pub(super) fn admitted(&mut self, answered: bool) {
        let next = self.acknowledgements.pop_front();
        if let (Some(Acknowledgement::OfQueue(number, since)), true) = (next, answered) {
            self.owed.push_back((number, since));
        }
    }

    /// The queue had no room for the next sentence.
    pub(super) fn turned_away(&mut self) {
        self.acknowledgements.pop_front();
    }

    /// A sentence was answered. Returns since when its answer was pending, if it was read on this stream.
    pub(super) fn answered(&mut self, number: u32) -> Option<Instant> {
        let (_, since) = self.owed.pop_front_if(|(owed, _)| *owed == number)?;
        Some(since)
    }

    /// Whether answers are pending for sentences of this stream.
    pub(super) fn owed(&self) -> bool {
        !self.owed.is_empty()
    }

    /// Whether too many acknowledgements are outstanding to read on.
    pub(super) fn are_many(&self) -> bool {
        self.acknowledgements.len() >= MAX_UNACKNOWLEDGED
    }
}
