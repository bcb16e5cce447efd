//! The record of all calls, and waiting for it to change.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, oneshot};

use crate::call::{self, Arrival, Call, Fate};
use crate::reply::Reply;

/// What was waited for didn't come about in time.
#[derive(Debug, thiserror::Error)]
#[error("the calls of the model aren't as expected after {waited:?}; there are {}", .calls.len())]
pub struct Overdue {
    /// How long was waited.
    pub waited: Duration,
    /// The calls by then.
    pub calls: Vec<Call>,
}

/// Shared by the handle, the server and each call's guard. The lock is never held while anything is awaited.
#[derive(Debug)]
pub(crate) struct Ledger {
    inner: Mutex<Inner>,
    changed: Condvar,
    changed_async: Notify,
    recorded: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Inner {
    pub(crate) calls: Vec<Call>,
    pub(crate) strays: Vec<String>,
    pub(crate) total: usize,
    pub(crate) in_flight: usize,
    pub(crate) peak: usize,
    attempts: HashMap<String, usize>,
}

impl Ledger {
    pub(crate) fn new(recorded: bool) -> Self {
        Self { inner: Mutex::default(), changed: Condvar::new(), changed_async: Notify::new(), recorded }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a call, and gives what ends it and what releases it.
    pub(crate) fn enter(self: &Arc<Self>, arrival: Arrival) -> (Guard, oneshot::Receiver<Reply>) {
        let (release, released) = oneshot::channel();
        let mut inner = self.lock();
        inner.total += 1;
        inner.in_flight += 1;
        inner.peak = inner.peak.max(inner.in_flight);
        let attempt = if self.recorded { inner.attempt(&arrival) } else { 1 };
        let call = Call::new(arrival, inner.total, attempt, inner.in_flight, release);
        if self.recorded {
            inner.calls.push(call.clone());
        }
        drop(inner);
        self.notify();
        (Guard { call, ledger: Arc::clone(self), ended: false }, released)
    }

    /// Notes a request that was no call.
    pub(crate) fn stray(&self, request: String) {
        if self.recorded {
            self.lock().strays.push(request);
            self.notify();
        }
    }

    fn notify(&self) {
        self.changed.notify_all();
        self.changed_async.notify_waiters();
    }

    pub(crate) fn wait_for(
        &self,
        deadline: Duration,
        mut wanted: impl FnMut(&[Call]) -> bool,
    ) -> Result<Vec<Call>, Overdue> {
        let (inner, _) = self
            .changed
            .wait_timeout_while(self.lock(), deadline, |inner| !wanted(&inner.calls))
            .unwrap_or_else(PoisonError::into_inner);
        if wanted(&inner.calls) {
            Ok(inner.calls.clone())
        } else {
            Err(Overdue { waited: deadline, calls: inner.calls.clone() })
        }
    }

    pub(crate) async fn until(
        &self,
        deadline: Duration,
        mut wanted: impl FnMut(&[Call]) -> bool,
    ) -> Result<Vec<Call>, Overdue> {
        let timeout = tokio::time::sleep(deadline);
        tokio::pin!(timeout);
        loop {
            // Registered before the look, so that no change goes unseen between the look and the wait.
            let changed = self.changed_async.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            {
                let inner = self.lock();
                if wanted(&inner.calls) {
                    return Ok(inner.calls.clone());
                }
            }
            tokio::select! {
                () = changed => {}
                () = &mut timeout => return Err(Overdue { waited: deadline, calls: self.lock().calls.clone() }),
            }
        }
    }
}

impl Inner {
    fn attempt(&mut self, arrival: &Arrival) -> usize {
        let sentence = call::sentence(&arrival.body).unwrap_or_default().to_owned();
        let attempt = self.attempts.entry(sentence).or_default();
        *attempt += 1;
        *attempt
    }
}

/// Ends a call: when its reply is complete, or, dropped before that, because the client has gone.
pub(crate) struct Guard {
    pub(crate) call: Call,
    ledger: Arc<Ledger>,
    ended: bool,
}

impl Guard {
    /// The whole reply is on its way.
    pub(crate) fn replied(&mut self) {
        self.end(Fate::Replied(Instant::now()));
    }

    fn end(&mut self, fate: Fate) {
        if self.ended {
            return;
        }
        self.ended = true;
        let mut inner = self.ledger.lock();
        inner.in_flight -= 1;
        self.call.set_fate(fate);
        drop(inner);
        self.ledger.notify();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.end(Fate::Aborted(Instant::now()));
    }
}
