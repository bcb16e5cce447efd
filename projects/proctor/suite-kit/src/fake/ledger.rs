//! The record of all calls, and waiting for it to change.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, oneshot};

use super::call::{Arrival, Place};
use super::{Call, Fate, Service};

/// What was waited for didn't come about in time.
#[derive(thiserror::Error)]
#[error("the calls aren't as expected after {waited:?}; there are {}", .calls.len())]
pub struct Overdue<S: Service> {
    /// How long was waited.
    pub waited: Duration,
    /// The calls by then.
    pub calls: Vec<Call<S>>,
}

impl<S: Service> fmt::Debug for Overdue<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overdue").field("waited", &self.waited).field("calls", &self.calls).finish()
    }
}

/// Shared by the handle, the server and each call's guard. The lock is never held while anything is awaited.
pub(super) struct Ledger<S: Service> {
    inner: Mutex<Inner<S>>,
    changed: Condvar,
    changed_async: Notify,
    recorded: bool,
}

pub(super) struct Inner<S: Service> {
    pub(super) calls: Vec<Call<S>>,
    pub(super) strays: Vec<String>,
    pub(super) total: usize,
    pub(super) in_flight: usize,
    pub(super) peak: usize,
    attempts: HashMap<String, usize>,
}

impl<S: Service> Ledger<S> {
    pub(super) fn new(recorded: bool) -> Self {
        let inner = Inner {
            calls: Vec::new(),
            strays: Vec::new(),
            total: 0,
            in_flight: 0,
            peak: 0,
            attempts: HashMap::new(),
        };
        Self { inner: Mutex::new(inner), changed: Condvar::new(), changed_async: Notify::new(), recorded }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner<S>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a call, and gives what ends it and what releases it.
    pub(super) fn enter(self: &Arc<Self>, arrival: Arrival<S>) -> (Guard<S>, oneshot::Receiver<S::Reply>) {
        let (release, released) = oneshot::channel();
        let mut inner = self.lock();
        inner.total += 1;
        inner.in_flight += 1;
        inner.peak = inner.peak.max(inner.in_flight);
        let attempt = if self.recorded { inner.attempt(&arrival) } else { 1 };
        let place = Place { number: inner.total, attempt, in_flight: inner.in_flight };
        let call = Call::new(arrival, place, release);
        if self.recorded {
            inner.calls.push(call.clone());
        }
        drop(inner);
        self.notify();
        (Guard { call, ledger: Arc::clone(self), ended: false }, released)
    }

    /// Notes a request that was no call.
    pub(super) fn stray(&self, request: String) {
        if self.recorded {
            self.lock().strays.push(request);
            self.notify();
        }
    }

    /// Wakes those who wait for a change.
    pub(super) fn notify(&self) {
        self.changed.notify_all();
        self.changed_async.notify_waiters();
    }

    pub(super) fn wait_for(
        &self,
        deadline: Duration,
        mut wanted: impl FnMut(&[Call<S>]) -> bool,
    ) -> Result<Vec<Call<S>>, Overdue<S>> {
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

    pub(super) async fn until(
        &self,
        deadline: Duration,
        mut wanted: impl FnMut(&[Call<S>]) -> bool,
    ) -> Result<Vec<Call<S>>, Overdue<S>> {
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

impl<S: Service> Inner<S> {
    fn attempt(&mut self, arrival: &Arrival<S>) -> usize {
        let key = S::key(&arrival.content, arrival.head.uri.path());
        let attempt = self.attempts.entry(key).or_default();
        *attempt += 1;
        *attempt
    }
}

/// Ends a call: when its reply is complete, or, dropped before that, because the client has disconnected.
pub(super) struct Guard<S: Service> {
    pub(super) call: Call<S>,
    pub(super) ledger: Arc<Ledger<S>>,
    ended: bool,
}

impl<S: Service> Guard<S> {
    /// The whole reply is on its way.
    pub(super) fn replied(&mut self) {
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

impl<S: Service> Drop for Guard<S> {
    fn drop(&mut self) {
        self.end(Fate::Aborted(Instant::now()));
    }
}
