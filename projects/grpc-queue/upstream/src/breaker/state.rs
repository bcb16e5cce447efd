//! The breaker's state machine. Pure: it receives the time, and never waits.

use std::time::Duration;

use tokio::time::Instant;

use super::BreakerState;

/// Leave that was given, and what it was given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// While closed, for the period with this number.
    Closed { period: u64 },
    /// The probe's place, by this number.
    Probe { number: u64 },
}

#[derive(Clone, Copy, Debug)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant },
    HalfOpen { probe: Probe },
}

/// Who has the probe's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Probe {
    Free,
    /// A permit that hasn't been used: an attempt that is ready may take the place from it.
    Reserved(u64),
    /// An attempt.
    Running(u64),
}

#[derive(Debug)]
pub(super) struct Inner {
    failures_to_open: u32,
    open_for: Duration,
    state: State,
    /// Grows whenever the breaker opens: a result from before then counts no longer.
    period: u64,
    probes: u64,
    /// Grows with each change that somebody may be waiting for.
    version: u64,
}

impl Inner {
    pub(super) fn new(failures_to_open: u32, open_for: Duration) -> Self {
        let state = State::Closed { failures: 0 };
        Self { failures_to_open, open_for, state, period: 0, probes: 0, version: 0 }
    }

    pub(super) fn shown(&self) -> BreakerState {
        match self.state {
            State::Closed { .. } => BreakerState::Closed,
            State::Open { .. } => BreakerState::Open,
            State::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// When time alone will change something.
    pub(super) fn opens_at(&self) -> Option<Instant> {
        match self.state {
            State::Open { until } => Some(until),
            State::Closed { .. } | State::HalfOpen { .. } => None,
        }
    }

    fn set(&mut self, state: State) {
        self.state = state;
        self.version += 1;
    }

    pub(super) fn pass_time(&mut self, now: Instant) {
        if matches!(self.state, State::Open { until } if until <= now) {
            self.set(State::HalfOpen { probe: Probe::Free });
        }
    }

    /// Leave to take a sentence.
    pub(super) fn reserve(&mut self) -> Option<Claim> {
        match self.state {
            State::Closed { .. } => Some(Claim::Closed { period: self.period }),
            State::HalfOpen { probe: Probe::Free } => Some(self.place(Probe::Reserved)),
            State::Open { .. } | State::HalfOpen { .. } => None,
        }
    }

    /// Leave to make an attempt.
    pub(super) fn enter(&mut self) -> Option<Claim> {
        match self.state {
            State::Closed { .. } => Some(Claim::Closed { period: self.period }),
            State::HalfOpen { probe: Probe::Free | Probe::Reserved(_) } => Some(self.place(Probe::Running)),
            State::Open { .. } | State::HalfOpen { .. } => None,
        }
    }

    fn place(&mut self, probe: impl FnOnce(u64) -> Probe) -> Claim {
        self.probes += 1;
        self.set(State::HalfOpen { probe: probe(self.probes) });
        Claim::Probe { number: self.probes }
    }

    pub(super) fn holds(&self, claim: Claim) -> bool {
        match (claim, self.state) {
            (Claim::Closed { period }, State::Closed { .. }) => period == self.period,
            (
                Claim::Probe { number },
                State::HalfOpen { probe: Probe::Reserved(at) | Probe::Running(at) },
            ) => at == number,
            _ => false,
        }
    }

    /// Turns a permit that still holds into leave for an attempt.
    pub(super) fn use_up(&mut self, claim: Claim) -> Option<Claim> {
        if !self.holds(claim) {
            return None;
        }
        if let Claim::Probe { number } = claim {
            self.set(State::HalfOpen { probe: Probe::Running(number) });
        }
        Some(claim)
    }

    /// As if it had never been given.
    pub(super) fn give_back(&mut self, claim: Claim) {
        if matches!(claim, Claim::Probe { .. }) && self.holds(claim) {
            self.set(State::HalfOpen { probe: Probe::Free });
        }
    }

    pub(super) fn succeeded(&mut self, claim: Claim) {
        if !self.holds(claim) {
            return;
        }
        match claim {
            Claim::Closed { .. } => self.state = State::Closed { failures: 0 },
            Claim::Probe { .. } => self.set(State::Closed { failures: 0 }),
        }
    }

    pub(super) fn failed(&mut self, claim: Claim, now: Instant) {
        if !self.holds(claim) {
            return;
        }
        match &mut self.state {
            State::Closed { failures } if *failures + 1 < self.failures_to_open => *failures += 1,
            _ => {
                self.period += 1;
                self.set(State::Open { until: now + self.open_for });
            }
        }
    }
}
