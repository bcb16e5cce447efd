//! State of one run, shared with other threads: started, program ended, run finished.

use std::os::fd::OwnedFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open, pidfd_send_signal};

use super::StopReason;
use crate::Ending;

/// Publishes the state of one run. The run's thread writes; other threads read and wait. The lock is held only to copy.
#[derive(Debug, Default)]
pub(crate) struct StateFeed {
    state: Mutex<ProcessState>,
    more: Condvar,
}

/// State of a run so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProcessState {
    program: Option<Program>,
    /// The init of the program's PID namespace, where it has one.
    pub(crate) init: Option<u32>,
    /// How the program ended, though what it started may still run.
    pub(crate) ending: Option<Ending>,
    /// Set once no process of the run is left.
    pub(crate) exited: Option<Exited>,
}

/// Result of a finished run.
#[derive(Clone, Debug)]
pub(crate) struct Exited {
    pub(crate) how: StopReason,
    pub(crate) unread: usize,
    pub(crate) elapsed: Duration,
}

/// The process that was started.
#[derive(Clone, Debug)]
struct Program {
    pid: i32,
    /// Not where the kernel has none (before 5.3). With it no signal reaches a stranger of the same number.
    handle: Option<Arc<OwnedFd>>,
}

impl StateFeed {
    pub(super) fn started(&self, pid: i32, init: Option<u32>) {
        let handle = Pid::from_raw(pid).and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok());
        self.tell(|state| {
            state.init = init;
            state.program = Some(Program { pid, handle: handle.map(Arc::new) });
        });
    }

    pub(super) fn ended(&self, ending: Ending) {
        self.tell(|state| state.ending = Some(ending));
    }

    pub(super) fn exited(&self, exited: Exited) {
        self.tell(|state| state.exited = Some(exited));
    }

    fn tell(&self, tell: impl FnOnce(&mut ProcessState)) {
        tell(&mut self.lock());
        self.more.notify_all();
    }

    /// Returns the state so far.
    pub(crate) fn state(&self) -> ProcessState {
        self.lock().clone()
    }

    /// Waits until `enough` returns true, at most until `until`; returns the state by then.
    pub(crate) fn wait(&self, until: Instant, mut enough: impl FnMut(&ProcessState) -> bool) -> ProcessState {
        let state = self.lock();
        let left = until.saturating_duration_since(Instant::now());
        let waited = self.more.wait_timeout_while(state, left, |state| !enough(state));
        waited.unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    fn lock(&self) -> MutexGuard<'_, ProcessState> {
        // Each update is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ProcessState {
    /// True once the supervisor has reported the process id of the program.
    pub(crate) fn has_started(&self) -> bool {
        self.program.is_some()
    }

    /// True once the program has ended, whether or not something that it started still runs.
    pub(crate) fn has_ended(&self) -> bool {
        self.ending.is_some() || self.exited.is_some()
    }

    /// Sends a signal to the program itself; false where it has ended.
    pub(crate) fn signal(&self, signal: Signal) -> bool {
        let Some(Program { pid, handle }) = self.program.as_ref().filter(|_| !self.has_ended()) else {
            return false;
        };
        match (handle, Pid::from_raw(*pid)) {
            (Some(handle), _) => pidfd_send_signal(handle, signal).is_ok(),
            (None, Some(pid)) => kill_process(pid, signal).is_ok(),
            (None, None) => false,
        }
    }
}
