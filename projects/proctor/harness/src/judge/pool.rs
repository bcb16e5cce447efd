//! A level's checks, a few at a time, told in their order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::{Event, JudgeError, Session};
use crate::Check;
use crate::report::Outcome;

/// How often those who watch hear that we are still at it.
pub(super) const TICK: Duration = Duration::from_millis(200);

enum News {
    Started(usize),
    Finished(usize, Box<Result<Outcome, JudgeError>>),
}

pub(super) fn run(
    session: &Session<'_>,
    checks: &[&Check],
    on: &mut dyn FnMut(Event<'_>),
) -> Result<Vec<Outcome>, JudgeError> {
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let (news, inbox) = mpsc::channel();
        for _ in 0..session.options.jobs.clamp(1, checks.len().max(1)) {
            let news = news.clone();
            scope.spawn(|| work(session, checks, &next, &stop, news));
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
                    while let Some(outcome) = early.remove(&told.len()) {
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

fn work(session: &Session<'_>, checks: &[&Check], next: &AtomicUsize, stop: &AtomicBool, news: Sender<News>) {
    while !stop.load(Ordering::Relaxed) {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(check) = checks.get(index) else { return };
        // Nobody listens any more once an error ended the level.
        news.send(News::Started(index)).ok();
        news.send(News::Finished(index, Box::new(session.run(check)))).ok();
    }
}
