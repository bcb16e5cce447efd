//! A level's checks, a few at a time, told in their order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::{Event, JudgeError, Session};
use crate::report::{Judged, Outcome};
use crate::{Check, Limit};

/// How often those who watch hear that we are still at it.
pub(super) const TICK: Duration = Duration::from_millis(200);

/// After so many checks in a row that ran into a deadline, the rest of the level is given up.
const PATIENCE: u32 = 3;

enum News {
    Started(usize),
    Finished(usize, Box<Result<Outcome, JudgeError>>),
}

/// Runs a level's checks. `hung` counts those in a row that ran into a deadline, over the levels.
pub(super) fn run(
    session: &Session<'_>,
    checks: &[&Check],
    hung: &mut u32,
    on: &mut dyn FnMut(Event<'_>),
) -> Result<Vec<Outcome>, JudgeError> {
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let given_up = AtomicBool::new(false);
    // A level that follows hung ones still gets its chance: one check.
    *hung = (*hung).min(PATIENCE - 1);
    thread::scope(|scope| {
        let (news, inbox) = mpsc::channel();
        for _ in 0..session.options.jobs.clamp(1, checks.len().max(1)) {
            let news = news.clone();
            let work = Work { session, checks, next: &next, stop: &stop, given_up: &given_up };
            scope.spawn(move || work.on(&news));
        }
        drop(news);
        let mut early = BTreeMap::new();
        let mut told = Vec::with_capacity(checks.len());
        loop {
            match inbox.recv_timeout(TICK) {
                Ok(News::Started(index)) => {
                    if let Some(check) = checks.get(index) {
                        on(Event::Started(check));
                    }
                }
                Ok(News::Finished(index, outcome)) => {
                    // The first error ends it all; the others stop at their next check.
                    let outcome = outcome.inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
                    early.insert(index, outcome);
                    while let Some(mut outcome) = early.remove(&told.len()) {
                        // By the order in which checks are told, so that the same run tells the same twice.
                        if given_up.load(Ordering::Relaxed) {
                            outcome.result = Judged::GivenUp;
                        } else {
                            *hung = if hangs(&outcome) { *hung + 1 } else { 0 };
                            given_up.store(*hung >= PATIENCE, Ordering::Relaxed);
                        }
                        on(Event::Finished(&outcome));
                        told.push(outcome);
                    }
                }
                Err(RecvTimeoutError::Timeout) => on(Event::Tick),
                Err(RecvTimeoutError::Disconnected) => return Ok(told),
            }
        }
    })
}

fn hangs(outcome: &Outcome) -> bool {
    matches!(&outcome.result, Judged::Failed(failure) if failure.limit == Some(Limit::Deadline))
}

/// What each of the workers knows.
#[derive(Clone, Copy)]
struct Work<'w> {
    session: &'w Session<'w>,
    checks: &'w [&'w Check],
    next: &'w AtomicUsize,
    stop: &'w AtomicBool,
    given_up: &'w AtomicBool,
}

impl Work<'_> {
    fn on(self, news: &Sender<News>) {
        while !self.stop.load(Ordering::Relaxed) {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(check) = self.checks.get(index) else { return };
            let outcome = if self.given_up.load(Ordering::Relaxed) {
                Ok(Outcome::new(check, Judged::GivenUp, Duration::ZERO))
            } else {
                // Nobody listens any more once an error ended the level.
                news.send(News::Started(index)).ok();
                self.session.run(check)
            };
            news.send(News::Finished(index, Box::new(outcome))).ok();
        }
    }
}
