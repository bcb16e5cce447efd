//! A level's checks, a few at a time, told in their order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{OnceLock, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use super::{Event, JudgeError, Session};
use crate::report::{Judged, Outcome};
use crate::{Check, Limit};

/// How often those who watch hear that we are still at it.
pub(super) const TICK: Duration = Duration::from_millis(200);

/// After so many checks in a row that ran into a deadline, the rest of the level is skipped.
const MAX_HUNG: u32 = 3;

/// The same for checks whose program was not ready in time. It takes more of them, since a start that is slow says as
/// much about the machine as about the program.
const MAX_UNREADY: u32 = 8;

/// Why the rest of a level is skipped after checks that hung.
pub(super) const HUNG: &str = "three checks in a row hung";
/// Why the rest of a level is skipped after programs that were not ready.
pub(super) const UNREADY: &str = "in eight checks in a row the program was not ready in time";
/// Why the rest is skipped after a failure, where that was asked for.
pub(super) const FAIL_FAST: &str = "a check before it failed, and --fail-fast stops there";

enum News {
    Started(usize),
    Finished(usize, Box<Result<Outcome, JudgeError>>),
}

/// What the checks so far say about those to come, over the levels.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// Checks in a row that ran into a deadline.
    hung: u32,
    /// Checks in a row whose program was not ready in time.
    unready: u32,
    /// A check has failed.
    failed: bool,
}

impl Course {
    /// Why the next check is skipped, if it is.
    fn ends(&self, fail_fast: bool) -> Option<&'static str> {
        match self {
            Self { failed: true, .. } if fail_fast => Some(FAIL_FAST),
            Self { hung: MAX_HUNG.., .. } => Some(HUNG),
            Self { unready: MAX_UNREADY.., .. } => Some(UNREADY),
            _ => None,
        }
    }

    /// Takes note of a check that was run.
    fn note(&mut self, outcome: &Outcome) {
        self.failed |= matches!(outcome.result, Judged::Failed(_));
        (self.hung, self.unready) = match limit(outcome) {
            Some(Limit::Deadline) => (self.hung + 1, 0),
            Some(Limit::Start) => (0, self.unready + 1),
            _ => (0, 0),
        };
    }

    /// A level that follows hung ones still gets its chance: one check.
    fn next_level(&mut self) {
        self.hung = self.hung.min(MAX_HUNG - 1);
        self.unready = self.unready.min(MAX_UNREADY - 1);
    }
}

fn limit(outcome: &Outcome) -> Option<Limit> {
    match &outcome.result {
        Judged::Failed(failure) => failure.limit,
        Judged::Passed | Judged::Skipped { .. } => None,
    }
}

/// Runs a level's checks.
pub(super) fn run(
    session: &Session<'_>,
    checks: &[&Check],
    course: &mut Course,
    on: &mut dyn FnMut(Event<'_>),
) -> Result<Vec<Outcome>, JudgeError> {
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let room = RwLock::new(());
    let over = OnceLock::new();
    course.next_level();
    let end = |course: &Course| {
        if let Some(reason) = course.ends(session.options.fail_fast) {
            over.get_or_init(|| reason);
        }
    };
    end(course);
    thread::scope(|scope| {
        let (news, inbox) = mpsc::channel();
        for _ in 0..session.options.jobs.clamp(1, checks.len().max(1)) {
            let news = news.clone();
            let work = Work { session, checks, next: &next, stop: &stop, room: &room, over: &over };
            let worker = thread::Builder::new().name("check".to_owned());
            if let Err(error) = worker.spawn_scoped(scope, move || work.on(&news)) {
                // Those that run already stop at their next check.
                stop.store(true, Ordering::Relaxed);
                return Err(JudgeError::Thread(error));
            }
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
                        match over.get() {
                            Some(reason) => outcome.result = unrun(reason),
                            None => {
                                course.note(&outcome);
                                end(course);
                            }
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

/// The result of a check that is not run: what ended the level counts against the solution, this does not.
fn unrun(reason: &str) -> Judged {
    Judged::Skipped { reason: reason.to_owned(), expected: true }
}

/// What each of the workers knows.
#[derive(Clone, Copy)]
struct Work<'w> {
    session: &'w Session<'w>,
    checks: &'w [&'w Check],
    next: &'w AtomicUsize,
    stop: &'w AtomicBool,
    /// Read by checks that run beside others, written by one that runs alone. The one that waits to write comes
    /// before those that ask to read after it.
    room: &'w RwLock<()>,
    /// Why the rest of the level is skipped, from then on.
    over: &'w OnceLock<&'static str>,
}

impl Work<'_> {
    fn on(self, news: &Sender<News>) {
        while !self.stop.load(Ordering::Relaxed) {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(check) = self.checks.get(index) else { return };
            let outcome = if check.alone {
                let _room = self.room.write().unwrap_or_else(PoisonError::into_inner);
                self.check(index, check, news)
            } else {
                let _room = self.room.read().unwrap_or_else(PoisonError::into_inner);
                self.check(index, check, news)
            };
            news.send(News::Finished(index, Box::new(outcome))).ok();
        }
    }

    fn check(self, index: usize, check: &Check, news: &Sender<News>) -> Result<Outcome, JudgeError> {
        if let Some(reason) = self.over.get() {
            return Ok(Outcome::new(check, unrun(reason), Duration::ZERO));
        }
        // Nobody listens any more once an error ended the level.
        news.send(News::Started(index)).ok();
        self.session.run(check)
    }
}
