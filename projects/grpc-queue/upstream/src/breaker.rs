//! The circuit breaker: closed, open, half open with one probe. While it isn't closed, at most one sentence is taken
//! from the queue and at most one attempt is made.
//!
//! A *permit* is leave to take a sentence, a *pass* is leave to make one attempt. A worker uses its permit as the first
//! pass of the sentence that it took; further attempts get passes of their own. When half open, an unused permit only
//! keeps the probe's place until an attempt that is ready wants it: else a worker on an empty queue would keep a
//! sentence from its retry.

mod state;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::Observer;
use state::{Claim, Inner};

/// The breaker's state, as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// Attempts are made.
    Closed,
    /// None is made.
    Open,
    /// One is made, as a probe.
    HalfOpen,
}

/// Shared by all workers. The lock is never held while anything is awaited.
pub(crate) struct Breaker {
    inner: Mutex<Inner>,
    /// Notified whenever somebody who waits may have got what he waits for, or lost it.
    changed: Notify,
    observer: Arc<dyn Observer>,
}

impl Breaker {
    /// A breaker that opens after this number of failures in a row, for this time.
    pub(crate) fn new(failures: u32, open: Duration, observer: Arc<dyn Observer>) -> Arc<Self> {
        observer.breaker(BreakerState::Closed);
        Arc::new(Self { inner: Mutex::new(Inner::new(failures, open)), changed: Notify::new(), observer })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state as it was left.
    pub(crate) fn state(&self) -> BreakerState {
        self.lock().shown()
    }

    /// Applies a change to the state, and notifies the observer if the state is another.
    fn update<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        let mut inner = self.lock();
        let (before, version) = (inner.shown(), inner.version());
        inner.pass_time(Instant::now());
        let result = change(&mut inner);
        let after = inner.shown();
        if before != after {
            self.observer.breaker(after);
            match after {
                BreakerState::Closed => tracing::info!("the breaker is closed: the model answers again"),
                BreakerState::Open => tracing::warn!("the breaker is open: the model fails"),
                BreakerState::HalfOpen => tracing::info!("the breaker is half open: one attempt as a probe"),
            }
        }
        let changed = inner.version() != version;
        drop(inner);
        if changed {
            self.changed.notify_waiters();
        }
        result
    }

    /// Waits until `get` gets something.
    async fn until<T>(&self, mut get: impl FnMut(&mut Inner) -> Option<T>) -> T {
        loop {
            // Registered before the look, so that no change goes unseen between the look and the wait.
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let (got, opens) = self.update(|inner| (get(inner), inner.opens_at()));
            if let Some(got) = got {
                return got;
            }
            match opens {
                Some(at) => tokio::select! {
                    () = changed => {}
                    () = tokio::time::sleep_until(at) => {}
                },
                None => changed.await,
            }
        }
    }

    /// Waits for leave to take a sentence.
    pub(crate) async fn permit(self: &Arc<Self>) -> Permit {
        let claim = self.until(Inner::reserve).await;
        Permit { breaker: Arc::clone(self), claim: Some(claim) }
    }

    /// Resolves when an unused permit holds no longer.
    pub(crate) async fn revoked(&self, permit: &Permit) {
        self.until(|inner| (!permit.claim.is_some_and(|claim| inner.holds(claim))).then_some(())).await;
    }

    /// Waits for leave to make an attempt at a sentence that was taken already.
    pub(crate) async fn pass(self: &Arc<Self>) -> Pass {
        let claim = self.until(Inner::enter).await;
        Pass { breaker: Arc::clone(self), claim: Some(claim) }
    }
}

/// Leave to take one sentence. Dropped unused, it is given back.
pub struct Permit {
    breaker: Arc<Breaker>,
    claim: Option<Claim>,
}

impl Permit {
    /// Uses it for the first attempt, where it still holds.
    pub(crate) fn into_pass(mut self) -> Option<Pass> {
        let claim = self.claim.take()?;
        let claim = self.breaker.update(|inner| inner.use_up(claim))?;
        Some(Pass { breaker: Arc::clone(&self.breaker), claim: Some(claim) })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(claim) = self.claim.take() {
            self.breaker.update(|inner| inner.give_back(claim));
        }
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("claim", &self.claim).finish_non_exhaustive()
    }
}

/// Leave to make one attempt. Dropped without a result, the attempt is as if it hadn't been made.
pub(crate) struct Pass {
    breaker: Arc<Breaker>,
    claim: Option<Claim>,
}

impl Pass {
    /// Resolves when the attempt may begin no longer.
    pub(crate) async fn lapsed(&self) {
        self.breaker.until(|inner| (!self.claim.is_some_and(|claim| inner.holds(claim))).then_some(())).await;
    }

    /// The model has answered.
    pub(crate) fn succeeded(mut self) {
        if let Some(claim) = self.claim.take() {
            self.breaker.update(|inner| inner.succeeded(claim));
        }
    }

    /// The attempt has failed.
    pub(crate) fn failed(mut self) {
        if let Some(claim) = self.claim.take() {
            self.breaker.update(|inner| inner.failed(claim, Instant::now()));
        }
    }

    /// The model has refused: that is neither success nor failure.
    pub(crate) fn refused(self) {
        drop(self);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(claim) = self.claim.take() {
            self.breaker.update(|inner| inner.give_back(claim));
        }
    }
}

#[cfg(test)]
mod tests;
