//! What other threads may know of a run: that it began, how the program ended, and that nothing is left of it.

use std::os::fd::OwnedFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open, pidfd_send_signal};

use super::How;
use crate::Ending;

/// The news of one run. Its own thread writes, others read and wait; nobody holds the lock while waiting for more.
#[derive(Debug, Default)]
pub(crate) struct News {
    heard: Mutex<Heard>,
    more: Condvar,
}

/// All that was heard so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard {
    program: Option<Program>,
    /// How the program ended, though what it started may still run.
    pub(crate) ending: Option<Ending>,
    /// Nothing is left.
    pub(crate) over: Option<Over>,
}

/// A run that is over.
#[derive(Clone, Debug)]
pub(crate) struct Over {
    pub(crate) how: How,
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

impl News {
    pub(super) fn started(&self, pid: i32) {
        let handle = Pid::from_raw(pid).and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok());
        self.tell(|heard| heard.program = Some(Program { pid, handle: handle.map(Arc::new) }));
    }

    pub(super) fn ended(&self, ending: Ending) {
        self.tell(|heard| heard.ending = Some(ending));
    }

    pub(super) fn over(&self, over: Over) {
        self.tell(|heard| heard.over = Some(over));
    }

    fn tell(&self, tell: impl FnOnce(&mut Heard)) {
        tell(&mut self.lock());
        self.more.notify_all();
    }

    /// What was heard so far.
    pub(crate) fn heard(&self) -> Heard {
        self.lock().clone()
    }

    /// Waits until `enough` holds, at most until `until`; returns what was heard by then.
    pub(crate) fn wait(&self, until: Instant, mut enough: impl FnMut(&Heard) -> bool) -> Heard {
        let heard = self.lock();
        let left = until.saturating_duration_since(Instant::now());
        let waited = self.more.wait_timeout_while(heard, left, |heard| !enough(heard));
        waited.unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Heard> {
        // Each word of news stands for itself.
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Heard {
    /// True once the guard has told which process the program is.
    pub(crate) fn has_started(&self) -> bool {
        self.program.is_some()
    }

    /// True once the program has ended, whether or not something that it started still runs.
    pub(crate) fn has_ended(&self) -> bool {
        self.ending.is_some() || self.over.is_some()
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
