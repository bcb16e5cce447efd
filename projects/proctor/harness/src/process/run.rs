//! A run under way: one wait for all that can happen to it, until it ends, is ended, or has to be.

use std::io::{self, Read};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::news::News;
use super::pump::Pump;
use super::{Ended, How, Limits, tree};
use crate::{Ending, interrupt, syscall};

/// How long what the program started may outlive it: a shell's last pipe needs a moment.
const GRACE: Duration = Duration::from_millis(300);
/// How long the guard may take to kill all that is below it.
const SWEEP: Duration = Duration::from_secs(12);
/// The tree is measured first after this long, so that a quick program costs nothing,
const FIRST_SAMPLE: Duration = Duration::from_millis(20);
/// and then this often.
const SAMPLE: Duration = Duration::from_millis(25);

/// A run under way.
#[derive(Debug)]
pub(super) struct Run {
    /// Our end of the socket to the guard.
    pub(super) link: UnixStream,
    /// Closed at its other end when the check has seen enough of a server.
    pub(super) orders: Option<UnixStream>,
    pub(super) pump: Pump,
    pub(super) limits: Limits,
    pub(super) start: Instant,
    /// The guard's process id.
    pub(super) guard: u32,
    /// The program's, once the guard has told it.
    pub(super) pid: Option<i32>,
    pub(super) ending: Option<(Ending, Instant)>,
    /// What other threads may know.
    pub(super) news: Arc<News>,
}

impl Run {
    pub(super) fn until_the_end(&mut self) -> How {
        let deadline = self.start + self.limits.deadline;
        let mut sample = self.start + FIRST_SAMPLE;
        loop {
            let grace = self.ending.map(|(_, at)| at + GRACE);
            self.wait(grace.unwrap_or(deadline).min(sample));
            if interrupt::raised() {
                return How::Interrupted;
            }
            if let Some(output) = self.pump.move_on() {
                return How::Flood(output);
            }
            if self.guard_is_gone() {
                // Nothing is left that could write: what the pipes still hold is all there will be.
                return match (self.pump.move_on(), self.ending) {
                    (Some(output), _) => How::Flood(output),
                    (None, Some((ending, _))) => How::ByItself(ending),
                    (None, None) => How::Unguarded,
                };
            }
            if self.is_told() {
                // Had it ended just now, what it started would still have its grace.
                return self.ending.map_or(How::Told, |(ending, _)| How::ByItself(ending));
            }
            let now = Instant::now();
            match (self.ending, grace) {
                (Some((ending, _)), Some(grace)) if now >= grace => {
                    return self.left_behind(ending);
                }
                // A program that is slow because it drowns in its own memory should hear of that.
                (None, _) if now >= deadline => return self.over_limit().unwrap_or(How::Deadline),
                _ => {}
            }
            if now >= sample {
                if let Some(how) = self.over_limit() {
                    return how;
                }
                sample = Instant::now() + SAMPLE;
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

    fn is_told(&self) -> bool {
        let Some(mut orders) = self.orders.as_ref() else { return false };
        // Nothing is ever written to it: there is no byte to read before the end.
        matches!(orders.read(&mut [0]), Ok(0))
    }

    /// Takes in the guard's news; true once it has left.
    fn guard_is_gone(&mut self) -> bool {
        let mut message = [0_u8; syscall::MESSAGE];
        loop {
            match self.link.read_exact(&mut message) {
                Ok(()) => {
                    let [tag, number @ ..] = message;
                    let number = i32::from_ne_bytes(number);
                    match tag {
                        syscall::STARTED => {
                            self.pid = Some(number);
                            self.news.started(number);
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
        self.news.ended(ending);
    }

    fn over_limit(&self) -> Option<How> {
        let usage = tree::usage(self.guard, self.limits.memory);
        if usage.processes > self.limits.processes {
            Some(How::Processes(usage.processes))
        } else if usage.memory > self.limits.memory {
            Some(How::Memory(usage.memory))
        } else {
            None
        }
    }

    fn left_behind(&self, ending: Ending) -> How {
        let left = tree::processes(self.guard);
        if left.is_empty() { How::ByItself(ending) } else { How::LeftBehind(ending, left) }
    }

    /// Has the guard kill what is left, and reaps it.
    pub(super) fn end(mut self, child: &mut Child, how: How) -> io::Result<Ended> {
        // What ends here took its time before the guard cleans up.
        let elapsed = self.ending.map_or_else(Instant::now, |(_, at)| at).duration_since(self.start);
        self.link.shutdown(Shutdown::Write).ok();
        let until = Instant::now() + SWEEP;
        while !self.guard_is_gone() && Instant::now() < until {
            let left = Timespec::try_from(until.saturating_duration_since(Instant::now())).ok();
            poll(&mut [PollFd::new(&self.link, PollFlags::IN)], left.as_ref()).ok();
        }
        if how == How::Unguarded
            && let Some(pid) = self.pid.and_then(rustix::process::Pid::from_raw)
        {
            rustix::process::kill_process_group(pid, rustix::process::Signal::KILL).ok();
        }
        // It has left already, or can't be moved by anything milder.
        child.kill().ok();
        child.wait()?;
        let (stdout, stderr, unread) = self.pump.finish();
        Ok(Ended { how, stdout, stderr, unread, elapsed })
    }
}
