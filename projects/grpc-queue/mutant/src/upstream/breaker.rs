//! The circuit breaker: after a number of failures in a row no attempt is made for a while, and then one as a probe.

use std::time::Duration;

use grpc_queue_acceptance::mutants::Defect;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::Wrong;

/// The breaker. Shared by all workers.
#[derive(Debug)]
pub(super) struct Breaker {
    state: watch::Sender<State>,
    failures: u32,
    open: Duration,
    wrong: Wrong,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Failures in a row while it was closed.
    row: u32,
    /// None while it is closed. In the past: half open.
    until: Option<Instant>,
    /// A probe is under way.
    probing: bool,
    /// How often it has opened.
    opened: u32,
}

/// What an attempt shows of the model's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Success,
    Failure,
    /// A refusal.
    Neutral,
}

/// Permits one attempt. Dropped without an outcome, as when its client disconnects, it doesn't count.
#[derive(Debug)]
pub(super) struct Pass<'b> {
    breaker: &'b Breaker,
    probe: bool,
}

impl State {
    fn admits(&self, more: bool) -> bool {
        self.until.is_none_or(|until| until <= Instant::now() && (!self.probing || more))
    }
}

impl Breaker {
    pub(super) fn new(failures: u32, open: Duration, wrong: Wrong) -> Self {
        let (state, _) = watch::channel(State::default());
        Self { state, failures, open, wrong }
    }

    /// Waits until an attempt may be made. Who is first makes it.
    pub(super) async fn admits(&self, retry: bool) {
        let mut changes = self.state.subscribe();
        loop {
            let state = *changes.borrow_and_update();
            if state.admits(self.is_lax(retry)) {
                return;
            }
            let changed = async { changes.changed().await.ok() };
            match state.until {
                Some(until) if until > Instant::now() => {
                    tokio::time::timeout_at(until, changed).await.ok();
                }
                _ => {
                    changed.await;
                }
            }
        }
    }

    /// Waits until no attempt may be made.
    pub(super) async fn shuts(&self) {
        let mut changes = self.state.subscribe();
        // The sender is our own: it isn't closed.
        changes.wait_for(|state| !state.admits(false)).await.ok();
    }

    /// Lets an attempt be made, if it may.
    pub(super) fn pass(&self, retry: bool) -> Option<Pass<'_>> {
        let mut passes = None;
        self.state.send_if_modified(|state| {
            let probe = state.until.is_some() && !self.is_lax(retry);
            if !state.admits(self.is_lax(retry)) {
                return false;
            }
            state.probing |= probe;
            passes = Some(Pass { breaker: self, probe });
            probe
        });
        passes
    }

    /// In the mutant that takes no second attempt for a probe.
    fn is_lax(&self, retry: bool) -> bool {
        retry && self.wrong.is(Defect::RetriesAreNoProbes)
    }

    fn judge(&self, probe: bool, outcome: Outcome) {
        self.state.send_modify(|state| match (probe, outcome) {
            (true, outcome) => self.probed(state, outcome),
            // An attempt that began before the breaker opened doesn't count.
            (false, _) if state.until.is_some() => {}
            (false, Outcome::Success) if self.wrong.is(Defect::SuccessIsForgotten) => {}
            (false, Outcome::Success) => state.row = 0,
            (false, Outcome::Neutral) if self.wrong.is(Defect::RefusalIsSuccess) => state.row = 0,
            (false, Outcome::Neutral) if !self.wrong.is(Defect::RefusalIsFailure) => {}
            (false, _) => {
                state.row += 1;
                if state.row >= self.failures {
                    self.opens(state);
                }
            }
        });
    }

    fn probed(&self, state: &mut State, outcome: Outcome) {
        state.probing = false;
        let closed = State { opened: state.opened, ..State::default() };
        match outcome {
            Outcome::Success if self.wrong.is(Defect::StaysHalfOpen) => {}
            Outcome::Success => *state = closed,
            Outcome::Failure if self.wrong.is(Defect::FailedProbeCloses) => {
                *state = State { row: 1, ..closed }
            }
            Outcome::Failure => self.opens(state),
            Outcome::Neutral if self.wrong.is(Defect::RefusedProbeCloses) => *state = closed,
            Outcome::Neutral => state.probing = self.wrong.is(Defect::RefusedProbeIsLost),
        }
    }

    fn opens(&self, state: &mut State) {
        let first = state.opened == 0;
        state.opened += 1;
        let short = (first && self.wrong.is(Defect::OpensBriefly))
            || (!first && self.wrong.is(Defect::OpensBrieflyAgain));
        state.until = Some(Instant::now() + if short { self.open / 2 } else { self.open });
    }
}

impl Pass<'_> {
    /// What the attempt tells.
    pub(super) fn judged(mut self, outcome: Outcome) {
        let probe = std::mem::take(&mut self.probe);
        self.breaker.judge(probe, outcome);
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.probe {
            self.breaker.state.send_modify(|state| state.probing = false);
        }
    }
}
