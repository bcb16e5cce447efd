//! The state beside a simple oracle, whatever is done to both in whichever order.

use std::task::Waker;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// One thing that is done. Conversations and jobs are picked from those that there are.
#[derive(Clone, Copy, Debug)]
enum Act {
    Open,
    Push(usize),
    Take,
    Answer(usize),
    GiveBack(usize),
    Next(usize),
    Finish(usize),
    Cancel(usize),
    Stop,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => Just(Act::Open),
        20 => any::<usize>().prop_map(Act::Push),
        12 => Just(Act::Take),
        8 => any::<usize>().prop_map(Act::Answer),
        2 => any::<usize>().prop_map(Act::GiveBack),
        10 => any::<usize>().prop_map(Act::Next),
        2 => any::<usize>().prop_map(Act::Finish),
        2 => any::<usize>().prop_map(Act::Cancel),
        1 => prop_oneof![19 => Just(Act::Open), 1 => Just(Act::Stop)],
    ];
    vec(act, 0..200)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Waiting,
    Taken,
    Answered,
    Sent,
}

/// A sentence as the oracle sees it, in the order of admissions.
#[derive(Debug)]
struct Sentence {
    id: Id,
    number: u32,
    fate: Fate,
    /// The sentences that were the only waiting ones of other conversations when it was pushed.
    after: Vec<u32>,
}

struct Both {
    settings: Settings,
    state: State,
    open: Vec<Id>,
    finished: Vec<Id>,
    stopped: bool,
    numbers: u32,
    sentences: Vec<Sentence>,
    jobs: Vec<Taken>,
    returned: Vec<(Id, u32)>,
}

impl Both {
    fn new(settings: Settings) -> Self {
        let state = State::new(settings);
        let lists = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (open, finished, sentences, jobs, returned) = lists;
        Self { settings, state, open, finished, stopped: false, numbers: 0, sentences, jobs, returned }
    }

    fn count(&self, fate: Fate) -> usize {
        self.sentences.iter().filter(|sentence| sentence.fate == fate).count()
    }

    fn of(&self, id: Id, fate: Fate) -> Vec<usize> {
        let matches = |&index: &usize| self.sentences[index].id == id && self.sentences[index].fate == fate;
        (0..self.sentences.len()).filter(matches).collect()
    }

    fn act(&mut self, act: Act) {
        let pick = |from: usize, of: usize| (of > 0).then(|| from % of);
        match act {
            Act::Open => assert_eq!(self.state.open().map(|id| self.open.push(id)).is_none(), self.stopped),
            Act::Push(n) => drop(pick(n, self.open.len()).map(|n| self.push(self.open[n]))),
            Act::Take => self.take(),
            Act::Answer(n) => drop(pick(n, self.jobs.len()).map(|n| self.answer(n))),
            Act::GiveBack(n) => drop(pick(n, self.jobs.len()).map(|n| self.give_back(n))),
            Act::Next(n) => drop(pick(n, self.open.len()).map(|n| self.next(self.open[n]))),
            Act::Finish(n) => drop(pick(n, self.open.len()).map(|n| self.finish(self.open[n]))),
            Act::Cancel(n) => drop(pick(n, self.open.len()).map(|n| self.cancel(n))),
            Act::Stop => self.stop(),
        }
        let load = Load {
            waiting: self.count(Fate::Waiting),
            taken: self.jobs.len(),
            conversations: self.open.len(),
        };
        assert_eq!(self.state.load(), load);
    }

    fn push(&mut self, id: Id) {
        if self.finished.contains(&id) {
            return;
        }
        let room = !self.stopped && self.count(Fate::Waiting) < self.settings.capacity;
        self.numbers += 1;
        let admitted = self.state.push(id, self.numbers, self.numbers.to_string());
        assert_eq!(admitted.is_some(), room);
        if room {
            let alone = |&other: &Id| match self.of(other, Fate::Waiting)[..] {
                [only] if other != id => Some(self.sentences[only].number),
                _ => None,
            };
            let after = self.open.iter().filter_map(alone).collect();
            self.sentences.push(Sentence { id, number: self.numbers, fate: Fate::Waiting, after });
        }
    }

    /// What is taken is the first of its conversation, and no other conversation has waited with a single sentence
    /// since before it came: unless it was taken before and given back.
    fn take(&mut self) {
        let Some(taken) = self.state.take() else {
            return assert_eq!(self.count(Fate::Waiting), 0);
        };
        let number: u32 = taken.waiting.sentence.parse().unwrap();
        let index = self.sentences.iter().position(|sentence| sentence.number == number).unwrap();
        assert_eq!(self.sentences[index].id, taken.id);
        assert_eq!(self.sentences[index].fate, Fate::Waiting);
        let before = self.returned.len();
        self.returned.retain(|(_, other)| *other != number);
        if self.returned.len() == before {
            assert!(before == 0, "one that was given back goes first");
            assert_eq!(self.of(taken.id, Fate::Waiting)[0], index);
            let waits = |other: &&Sentence| other.fate == Fate::Waiting;
            for other in self.sentences.iter().filter(waits).map(|other| other.number) {
                assert!(
                    !self.sentences[index].after.contains(&other),
                    "{other} waited alone before {number} came"
                );
            }
        }
        self.sentences[index].fate = Fate::Taken;
        self.jobs.push(taken);
    }

    fn answer(&mut self, job: usize) {
        let job = self.jobs.swap_remove(job);
        let text = job.waiting.sentence;
        if let Some(sentence) = self.sentences.iter_mut().find(|sentence| sentence.number.to_string() == text)
        {
            sentence.fate = Fate::Answered;
        }
        self.state.answer(job.id, job.waiting.place, Ok(text));
    }

    fn give_back(&mut self, job: usize) {
        let job = self.jobs.swap_remove(job);
        let number: u32 = job.waiting.sentence.parse().unwrap();
        if let Some(sentence) = self.sentences.iter_mut().find(|sentence| sentence.number == number) {
            sentence.fate = Fate::Waiting;
            self.returned.push((job.id, number));
        }
        self.state.give_back(job.id, job.waiting);
    }

    /// Answers come in the order of the sentences; then, to a client that has ended, that it is done.
    fn next(&mut self, id: Id) {
        let (event, _) = self.state.next(id, Waker::noop());
        if self.stopped {
            return assert_eq!(event, Poll::Ready(Err(QueueError::Stopped)));
        }
        let mut owed =
            self.sentences.iter_mut().filter(|sentence| sentence.id == id && sentence.fate != Fate::Sent);
        let expected = match owed.next() {
            Some(sentence) if sentence.fate == Fate::Answered => {
                sentence.fate = Fate::Sent;
                let (number, result) = (sentence.number, Ok(sentence.number.to_string()));
                Poll::Ready(Ok(Event::Answer { number, result }))
            }
            None if self.finished.contains(&id) => Poll::Ready(Ok(Event::Done)),
            _ => Poll::Pending,
        };
        assert_eq!(event, expected);
    }

    fn finish(&mut self, id: Id) {
        self.state.finish(id);
        self.finished.push(id);
        if !self.settings.answered {
            self.forget(|of| of == id);
        }
    }

    fn cancel(&mut self, n: usize) {
        let id = self.open.swap_remove(n);
        self.state.cancel(id);
        self.forget(|of| of == id);
        for job in self.jobs.iter().filter(|job| job.id == id) {
            assert!(job.wanted.has_changed().is_err(), "its workers hear of it");
        }
    }

    fn stop(&mut self) {
        let owed = self.sentences.iter().filter(|sentence| sentence.fate != Fate::Sent).count();
        let expected = if self.settings.answered && !self.stopped { owed } else { 0 };
        assert_eq!(self.state.stop().0, expected);
        self.stopped = true;
        self.forget(|_| true);
    }

    fn forget(&mut self, of: impl Fn(Id) -> bool) {
        self.sentences.retain(|sentence| !of(sentence.id));
        self.returned.retain(|(id, _)| !of(*id));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn does_what_the_contract_says_in_any_order(acts in acts(), capacity in 1_usize..8, answered: bool) {
        let mut both = Both::new(Settings { capacity, answered });
        for act in acts {
            both.act(act);
        }
    }
}

#[test]
fn leaves_the_sentences_of_a_client_that_does_not_read_waiting() {
    let mut state = State::new(Settings { capacity: 5000, answered: true });
    let (greedy, modest) = (state.open().unwrap(), state.open().unwrap());
    for number in 1..=2000 {
        state.push(greedy, number, String::new()).unwrap();
    }
    let mut answered = 0;
    while let Some(taken) = state.take() {
        state.answer(taken.id, taken.waiting.place, Ok(String::new()));
        answered += 1;
    }
    assert_eq!(answered, super::super::entry::MOST_UNSENT);
    state.push(modest, 1, String::new()).unwrap();
    assert_eq!(state.take().map(|taken| taken.id), Some(modest));
    assert!(state.take().is_none());
    let (event, turn) = state.next(greedy, Waker::noop());
    assert!(event.is_ready());
    assert_eq!(turn, Turn(true));
    assert_eq!(state.take().map(|taken| taken.id), Some(greedy));
}

#[test]
fn bounds_the_bytes_of_answers_that_are_not_read() {
    let mut state = State::new(Settings { capacity: 100, answered: true });
    let id = state.open().unwrap();
    for number in 1..=100 {
        state.push(id, number, String::new()).unwrap();
    }
    let mut answered = 0;
    while let Some(taken) = state.take() {
        state.answer(id, taken.waiting.place, Ok("x".repeat(1 << 20)));
        answered += 1;
    }
    // Its turn for the last was given before the one before was answered.
    assert_eq!(answered, 5);
}

#[test]
fn an_answer_wakes_who_waits_when_its_turn_has_come() {
    let mut state = State::new(Settings { capacity: 2, answered: true });
    let id = state.open().unwrap();
    state.push(id, 1, String::new()).unwrap();
    state.push(id, 2, String::new()).unwrap();
    let (first, second) = (state.take().unwrap(), state.take().unwrap());
    assert!(state.next(id, Waker::noop()).0.is_pending());
    assert!(state.answer(id, second.waiting.place, Ok(String::new())).is_none(), "the first comes first");
    assert!(state.answer(id, first.waiting.place, Ok(String::new())).is_some());
}
