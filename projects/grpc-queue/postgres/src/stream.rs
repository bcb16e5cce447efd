//! The stream's end of a conversation, between the transport that polls it and the batchers that feed it.
//!
//! Its mutex is held for a few assignments at a time and never over an await; wakers are called after it is released.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use grpc_queue::{Event, QueueError};
use uuid::Uuid;

/// Maximum number of pushes and admissions of one stream in flight: all streams share one channel.
const MAX_IN_FLIGHT: usize = 64;

/// Answers as the database gives them: the number, and the text or why there is none.
pub(crate) type Answer = (u32, Result<String, String>);

/// A stream of an open conversation.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) conversation: Uuid,
    /// Which of the conversation's streams it is.
    pub(crate) epoch: i64,
    /// The client's name for the conversation.
    pub(crate) key: Option<String>,
    state: Mutex<State>,
}

/// What the database says of a conversation that is opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) conversation: Uuid,
    pub(crate) epoch: i64,
    /// The number of its last sentence.
    pub(crate) numbered: u32,
    /// The number of the last answer that was sent.
    pub(crate) sent: u32,
    /// Number of pending answers.
    pub(crate) owed: usize,
}

/// How far a stream has come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    /// The number of its last sentence.
    pub(crate) numbered: u32,
    /// The number of the last answer that the transport has taken.
    pub(crate) got: u32,
    /// How many answers are still to come.
    pub(crate) owed: usize,
}

#[derive(Debug)]
struct State {
    /// The number of the last sentence, whatever became of it.
    numbered: u32,
    /// Pushes that the database hasn't judged.
    pushed: usize,
    /// Judged pushes, with whether there was room, that the transport hasn't taken.
    admissions: VecDeque<(u32, bool)>,
    /// The number of the last push whose admission the transport has taken: later answers wait for theirs.
    acknowledged: u32,
    /// Fetched answers that the transport hasn't taken.
    answers: VecDeque<Answer>,
    /// The number of the last answer that the transport has taken.
    got: u32,
    /// How many answers are still to come.
    owed: usize,
    /// There may be answers to fetch.
    news: bool,
    /// A batcher is fetching answers: nobody else does, or they would come twice.
    fetching: bool,
    /// Whose turn it is when there are both an admission and an answer.
    answer_next: bool,
    finished: bool,
    ended: Option<QueueError>,
    /// Whom to wake for an event, and whom for room for pushes.
    event: Option<Waker>,
    room: Option<Waker>,
}

/// What a poll comes to.
pub(crate) struct Look {
    pub(crate) event: Poll<Result<Event, QueueError>>,
    /// The transport could take an answer, and there may be one to fetch.
    pub(crate) fetch: bool,
}

impl Stream {
    /// A stream of a conversation that was just opened.
    pub(crate) fn new(opened: &Opened, key: Option<String>) -> Self {
        let state = State {
            numbered: opened.numbered,
            pushed: 0,
            admissions: VecDeque::new(),
            acknowledged: opened.numbered,
            answers: VecDeque::new(),
            got: opened.sent,
            owed: opened.owed,
            news: opened.owed > 0,
            fetching: false,
            answer_next: false,
            finished: false,
            ended: None,
            event: None,
            room: None,
        };
        Self { conversation: opened.conversation, epoch: opened.epoch, key, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes something, and wakes who waits for an event.
    fn tell<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let value = change(&mut state);
        let waker = state.event.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        value
    }

    pub(crate) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state();
        if state.pushed + state.admissions.len() < MAX_IN_FLIGHT {
            return Poll::Ready(());
        }
        state.room = Some(cx.waker().clone());
        Poll::Pending
    }

    /// A sentence is on its way to the database.
    pub(crate) fn push(&self, number: u32) {
        let mut state = self.state();
        state.pushed += 1;
        state.numbered = number;
    }

    /// A sentence was refused: it has a number, and that is all. With a key the number is on its way to the database,
    /// as a push is: however many there are, so many at once.
    pub(crate) fn pass(&self, number: u32) {
        let mut state = self.state();
        state.pushed += usize::from(self.key.is_some());
        state.numbered = number;
    }

    pub(crate) fn finish(&self) {
        self.tell(|state| state.finished = true);
    }

    /// Whether pushes aren't judged, or answers are still to come.
    pub(crate) fn owes(&self) -> bool {
        let state = self.state();
        state.pushed > 0 || state.owed > 0
    }

    /// The next event, and whether answers should be fetched: only for a transport that takes them, one look ahead.
    pub(crate) fn poll_event(&self, cx: &mut Context<'_>) -> Look {
        let mut state = self.state();
        let before = state.pushed + state.admissions.len();
        let event = match state.next() {
            Some(event) => Poll::Ready(event),
            None => {
                state.event = Some(cx.waker().clone());
                Poll::Pending
            }
        };
        let fetch = state.news && !state.fetching && state.answers.is_empty() && state.ended.is_none();
        state.fetching |= fetch;
        state.news &= !fetch;
        let room = (before >= MAX_IN_FLIGHT && state.pushed + state.admissions.len() < MAX_IN_FLIGHT)
            .then(|| state.room.take());
        drop(state);
        if let Some(waker) = room.flatten() {
            waker.wake();
        }
        Look { event, fetch }
    }

    /// The database has judged a push.
    pub(crate) fn admit(&self, number: u32, enqueued: bool) {
        self.tell(|state| {
            state.pushed = state.pushed.saturating_sub(1);
            state.owed += usize::from(enqueued);
            state.admissions.push_back((number, enqueued));
        });
    }

    /// The database knows of a number without a sentence.
    pub(crate) fn passed(&self) {
        let room = self.tell(|state| {
            state.pushed = state.pushed.saturating_sub(1);
            state.room.take()
        });
        if let Some(waker) = room {
            waker.wake();
        }
    }

    /// There may be answers to fetch.
    pub(crate) fn has_news(&self) {
        self.tell(|state| state.news = true);
    }

    /// These answers were fetched: none, or some and there may be more.
    pub(crate) fn deliver(&self, answers: Vec<Answer>) {
        self.tell(|state| {
            state.fetching = false;
            // What was cut off by its number or its size comes next. At the worst, nothing does.
            state.news |= !answers.is_empty();
            state.answers.extend(answers);
        });
    }

    /// Ends the stream with an error, and returns how far it has come.
    pub(crate) fn end(&self, error: QueueError) -> Standing {
        self.tell(|state| {
            state.ended.get_or_insert(error);
            Standing { numbered: state.numbered, got: state.got, owed: state.owed }
        })
    }

    /// The number of the last answer that the transport has taken. When answers are fetched it has taken all that came
    /// before: they are asked for after this number, and what is up to it may be forgotten.
    pub(crate) fn got(&self) -> u32 {
        self.state().got
    }

    /// Whether what is done for it is of use.
    pub(crate) fn is_open(&self) -> bool {
        self.state().ended.is_none()
    }
}

impl State {
    fn next(&mut self) -> Option<Result<Event, QueueError>> {
        if let Some(error) = &self.ended {
            return Some(Err(error.clone()));
        }
        let answer = self.answers.front().is_some_and(|(number, _)| *number <= self.acknowledged);
        if answer && (self.answer_next || self.admissions.is_empty()) {
            self.answer_next = false;
            let (number, result) = self.answers.pop_front()?;
            self.got = number;
            self.owed = self.owed.saturating_sub(1);
            return Some(Ok(Event::Answer { number, result }));
        }
        if let Some((number, enqueued)) = self.admissions.pop_front() {
            self.answer_next = true;
            self.acknowledged = number;
            return Some(Ok(if enqueued { Event::Enqueued } else { Event::Full }));
        }
        (self.finished && self.pushed == 0 && self.owed == 0).then_some(Ok(Event::Done))
    }
}

#[cfg(test)]
mod tests;
