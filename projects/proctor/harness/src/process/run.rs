//! A run under way: one wait for all that can happen to it, until it ends, is ended, or has to be.

use std::io::{self, Read};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::pump::Pump;
use super::remains::Remains;
use super::state::StateFeed;
use super::storage::{self, Storage};
use super::{Ended, Limits, StopReason, tree};
use crate::{Ending, interrupt, syscall};

/// Time that descendants may outlive the program: the end of a shell pipeline takes a moment.
const SETTLE_TIME: Duration = Duration::from_millis(300);
/// Timeout for the supervisor to kill everything below it.
const SWEEP_TIMEOUT: Duration = Duration::from_secs(12);
/// Time until the tree is measured first: a quick program costs nothing. The interval then doubles. A fork bomb leaves
/// proctor less of the processor with every process, and has to be seen while it is small.
const FIRST_SAMPLE: Duration = Duration::from_millis(5);
/// A tree with more processes than this part of its limit gets the lowest priority: one that grows on must leave
/// proctor enough of the processor to count it and to end it.
const CROWD: usize = 4;
/// Longest interval between two measurements.
const SAMPLE: Duration = Duration::from_millis(25);

/// A run under way.
#[derive(Debug)]
pub(super) struct Run {
    /// Our end of the socket to the supervisor.
    pub(super) link: UnixStream,
    /// Closed at its other end when the check has seen enough of a server.
    pub(super) orders: Option<UnixStream>,
    pub(super) pump: Pump,
    pub(super) limits: Limits,
    pub(super) remains: Remains,
    pub(super) storage: Storage,
    pub(super) start: Instant,
    /// The supervisor's process id.
    pub(super) supervisor: u32,
    /// The process id of the PID namespace's init, where there is one.
    pub(super) init: Option<i32>,
    /// The program's, once the supervisor has told it.
    pub(super) pid: Option<i32>,
    pub(super) ending: Option<(Ending, Instant)>,
    /// What other threads may know.
    pub(super) feed: Arc<StateFeed>,
}

impl Run {
    pub(super) fn until_the_end(&mut self) -> StopReason {
        match self.until_it_ends_or_must() {
            // A quick program may have filled the folder between two looks.
            StopReason::ByItself(ending) => self.full_folder(0).unwrap_or(StopReason::ByItself(ending)),
            how => how,
        }
    }

    fn until_it_ends_or_must(&mut self) -> StopReason {
        let deadline = self.start + self.limits.deadline;
        let mut interval = FIRST_SAMPLE;
        let mut sample = Instant::now() + interval;
        loop {
            let grace = self.ending.map(|(_, at)| at + SETTLE_TIME);
            self.wait(grace.unwrap_or(deadline).min(sample));
            if interrupt::raised() {
                return StopReason::Interrupted;
            }
            if let Some(output) = self.pump.move_on() {
                return StopReason::Flood(output);
            }
            if self.supervisor_is_gone() {
                // Nothing is left that could write: what the pipes still hold is all there will be.
                return match (self.pump.move_on(), self.ending) {
                    (Some(output), _) => StopReason::Flood(output),
                    (None, Some((ending, _))) => StopReason::ByItself(ending),
                    (None, None) => StopReason::SupervisorLost,
                };
            }
            if self.is_stopped() {
                // Had it ended just now, what it started would still have its grace.
                return self.ending.map_or(StopReason::Stopped, |(ending, _)| StopReason::ByItself(ending));
            }
            let now = Instant::now();
            match (self.ending, grace) {
                (Some((ending, _)), Some(grace)) if now >= grace => {
                    return self.left_behind(ending);
                }
                // A program that is slow because it drowns in its own memory should hear of that.
                (None, _) if now >= deadline => return self.over_limit().unwrap_or(StopReason::Deadline),
                _ => {}
            }
            if now >= sample {
                if let Some(how) = self.over_limit() {
                    return how;
                }
                interval = SAMPLE.min(interval * 2);
                sample = Instant::now() + interval;
            }
        }
    }

    /// Waits until something moves, at most until `until`.
    fn wait(&self, until: Instant) {
        let mut descriptors = vec![PollFd::new(&self.link, PollFlags::IN)];
        descriptors.extend(interrupt::descriptor().map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)));
        descriptors.extend(self.orders.iter().map(|orders| PollFd::new(orders, PollFlags::IN)));
        self.pump.watch(&mut descriptors);
        // Rounded up, or the last millisecond before a deadline would be spent spinning.
        let left = until.saturating_duration_since(Instant::now()) + Duration::from_micros(500);
        let left = Timespec::try_from(left).unwrap_or(Timespec { tv_sec: 1, tv_nsec: 0 });
        // An interrupted wait is a short wait.
        poll(&mut descriptors, Some(&left)).ok();
    }

    fn is_stopped(&self) -> bool {
        let Some(mut orders) = self.orders.as_ref() else { return false };
        // Nothing is ever written to it: there is no byte to read before the end.
        matches!(orders.read(&mut [0]), Ok(0))
    }

    /// Reads the supervisor's messages; true once it has left.
    fn supervisor_is_gone(&mut self) -> bool {
        let mut message = [0_u8; syscall::MESSAGE];
        loop {
            match self.link.read_exact(&mut message) {
                Ok(()) => {
                    let [tag, number @ ..] = message;
                    let number = i32::from_ne_bytes(number);
                    match tag {
                        syscall::INIT => self.init = Some(number),
                        syscall::STARTED => {
                            self.pid = Some(number);
                            self.feed.started(number, self.init.map(i32::unsigned_abs));
                        }
                        syscall::EXITED => self.ended(Ending::Exited(number)),
                        syscall::SIGNALLED => self.ended(Ending::Signalled(number)),
                        _ => {}
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
                Err(_) => return true,
            }
        }
    }

    fn ended(&mut self, ending: Ending) {
        self.ending = Some((ending, Instant::now()));
        self.feed.ended(ending);
    }

    fn over_limit(&mut self) -> Option<StopReason> {
        let usage = tree::usage(self.root(), self.limits.processes, self.limits.memory);
        if usage.processes > self.limits.processes / CROWD {
            // One call for the whole group, whatever it forks meanwhile.
            self.pid.into_iter().for_each(syscall::yield_to_proctor);
        }
        if usage.processes > self.limits.processes {
            Some(StopReason::Processes(usage.processes))
        } else if usage.memory > self.limits.memory {
            Some(StopReason::Memory(usage.memory))
        } else if self.storage.is_due() {
            let how = self.over_storage(usage);
            self.storage.looked();
            how
        } else {
            None
        }
    }

    /// Looks at what isn't resident memory of a process.
    fn over_storage(&mut self, usage: tree::Usage) -> Option<StopReason> {
        let living = tree::living(self.root(), self.limits.processes);
        self.remains.note(&living);
        let unnamed = storage::unnamed(&living);
        if usage.memory.saturating_add(unnamed.memory) > self.limits.memory {
            // What is mapped as well is counted once.
            let memory = tree::with_shared(self.root(), self.limits.processes, unnamed.memory);
            if memory > self.limits.memory {
                return Some(StopReason::Memory(memory));
            }
        }
        self.full_folder(unnamed.disk)
    }

    /// The folder and what was deleted while open, where that is too much.
    fn full_folder(&self, unnamed: u64) -> Option<StopReason> {
        if self.limits.disk == u64::MAX {
            return None;
        }
        let used = storage::size(self.storage.folder()).saturating_add(unnamed);
        (used > self.limits.disk).then_some(StopReason::Disk(used))
    }

    /// Removes what no end of a process removes. A program that a signal ended had no time to.
    fn with_remains(&self, how: StopReason) -> StopReason {
        match (how, self.remains.clear()) {
            (StopReason::ByItself(ending @ Ending::Exited(_)), left) if !left.is_empty() => {
                StopReason::Remains(ending, left)
            }
            (how, _) => how,
        }
    }

    fn root(&self) -> tree::Root {
        tree::Root { supervisor: self.supervisor, init: self.init.map(i32::unsigned_abs) }
    }

    fn left_behind(&self, ending: Ending) -> StopReason {
        let left = tree::processes(self.root());
        if left.is_empty() { StopReason::ByItself(ending) } else { StopReason::LeftBehind(ending, left) }
    }

    /// Has the supervisor kill what is left, and reaps it.
    pub(super) fn end(mut self, child: &mut Child, how: StopReason) -> io::Result<Ended> {
        // What ends here took its time before the supervisor cleans up.
        let elapsed = self.ending.map_or_else(Instant::now, |(_, at)| at).duration_since(self.start);
        if let (Some(pid), None) = (self.pid, self.ending) {
            // At once: before the supervisor gets a processor, a program that forks would have made many more.
            syscall::kill_now(pid, self.init);
        }
        self.link.shutdown(Shutdown::Write).ok();
        let until = Instant::now() + SWEEP_TIMEOUT;
        while !self.supervisor_is_gone() && Instant::now() < until {
            let left = Timespec::try_from(until.saturating_duration_since(Instant::now())).ok();
            poll(&mut [PollFd::new(&self.link, PollFlags::IN)], left.as_ref()).ok();
        }
        // It has left already, or can't be moved by anything milder.
        child.kill().ok();
        child.wait()?;
        let how = self.with_remains(how);
        let (stdout, stderr, unread) = self.pump.finish();
        Ok(Ended { how, stdout, stderr, unread, elapsed })
    }
}
