//! A server under way: what a check may ask of it and do to it, and what it must not do unasked.

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::verdict;
use super::{Finished, Signal, Trial};
use crate::process::background::Background;
use crate::process::state::ProcessState;
use crate::process::{Limits, StopReason};
use crate::{Failure, Stop};

/// Lines of its standard error that a failure shows: as many as fit into the report, with one between them.
const FIRST: usize = 3;
const LAST: usize = 7;
/// Time between a client's view of a crash and proctor's own.
const SETTLE_TIME: Duration = Duration::from_millis(100);
/// Timeout for the clean-up after a program has ended.
const CLEANUP_TIMEOUT: Duration = Duration::from_secs(15);

/// A server that a check has started. Dropping it kills the program and all that it started.
///
/// A server that ends unasked or breaks a limit fails its check, even when the check itself found nothing wrong.
#[must_use = "the server ends when this is dropped"]
pub struct Server<'t> {
    pub(super) process: Background,
    address: SocketAddr,
    command: String,
    limits: Limits,
    /// What the whole check may take.
    allowed: Duration,
    /// Where a fault goes that the check can't see any more; the trial owns it.
    unseen: &'t Mutex<Option<Failure>>,
    /// The check has sent a signal that may end it.
    asked: AtomicBool,
    /// The check knows how it ended.
    settled: bool,
}

impl<'t> Server<'t> {
    pub(super) fn new(
        trial: &'t Trial<'_>,
        process: Background,
        address: SocketAddr,
        command: String,
        limits: Limits,
    ) -> Self {
        Self {
            process,
            address,
            command,
            limits,
            allowed: trial.allowed,
            unseen: &trial.unseen,
            asked: AtomicBool::new(false),
            settled: false,
        }
    }

    /// Where it listens: 127.0.0.1 and a port of its own.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The command line as a person would type it.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// All that it wrote to standard output so far.
    pub fn stdout(&self) -> Vec<u8> {
        self.process.stdout()
    }

    /// All that it wrote to standard error so far.
    pub fn stderr(&self) -> Vec<u8> {
        self.process.stderr()
    }

    /// False once the program has ended, whoever ended it.
    pub fn is_running(&self) -> bool {
        !self.process.state().has_ended()
    }

    /// Memory of the program and all that it started, now, in bytes. A page that several processes share is divided
    /// among them.
    pub fn resident(&self) -> u64 {
        self.process.memory()
    }

    /// A failure that already holds the command line and the end of standard error, and says so where the server is
    /// gone though the check didn't end it.
    pub fn failure(&self, expected: impl Into<String>, actual: impl Into<String>) -> Failure {
        let mut failure = Failure::new(expected, actual);
        if self.settled {
            return self.described(failure);
        }
        let mut state = self.process.wait(Instant::now() + SETTLE_TIME, ProcessState::has_ended);
        if state.has_ended() {
            // Then its last words are in too.
            state = self.process.wait(Instant::now() + CLEANUP_TIMEOUT, |state| state.exited.is_some());
        }
        failure = self.described(failure);
        let broke = state.exited.and_then(|over| self.broke(&over.how));
        let why = match (&broke, state.ending) {
            (Some(broke), None) => format!("{} ({})", broke.actual, broke.expected),
            (_, Some(ending)) => format!("it {ending}"),
            (None, None) => return failure,
        };
        if !failure.actual.is_empty() {
            failure.actual.push('\n');
        }
        failure.actual.push_str(&format!("the server was gone: {why}"));
        failure.limit = broke.and_then(|broke| broke.limit);
        failure
    }

    /// Sends a signal to the program, the process that was started: as a service manager does, not as a terminal.
    ///
    /// # Errors
    ///
    /// [`Stop::Failed`] when it has ended before.
    pub fn signal(&self, signal: Signal) -> Result<(), Stop> {
        let number = signal.number();
        let sent = match signal {
            Signal::Stop | Signal::Cont => self.process.signal_all(number),
            _ => {
                self.asked.store(true, Ordering::Relaxed);
                self.process.signal(number)
            }
        };
        if sent {
            return Ok(());
        }
        Err(self.failure(format!("a server that still runs when {signal} comes"), "it had ended").into())
    }

    /// Kills the program and all that it started with SIGKILL, and waits until nothing is left.
    pub fn kill(&mut self) {
        self.settle();
    }

    /// Waits until the program has ended by itself, as after a signal.
    ///
    /// # Errors
    ///
    /// [`Stop::Failed`] when it still runs then (and it runs on), when it broke a limit, or when it left processes
    /// behind. How it exited is for the check to judge.
    pub fn wait(&mut self, within: Duration) -> Result<Finished, Stop> {
        let state = self.process.wait(Instant::now() + within, ProcessState::has_ended);
        if !state.has_ended() {
            let within = verdict::seconds(within);
            let failure = Failure::new(
                format!("an end within {within}"),
                format!("it is still running after {within}"),
            );
            return Err(self.described(failure).into());
        }
        let state = self.process.wait(Instant::now() + CLEANUP_TIMEOUT, |state| state.exited.is_some());
        self.settled = true;
        self.process.end();
        let (how, elapsed, unread) =
            state.exited.map_or((StopReason::SupervisorLost, Duration::ZERO, 0), |over| {
                (over.how, over.elapsed, over.unread)
            });
        match how {
            StopReason::ByItself(ending) => Ok(Finished {
                stdout: self.stdout(),
                stderr: self.stderr(),
                ending,
                command: self.command.clone(),
                elapsed,
                unread,
            }),
            StopReason::Interrupted => Err(Stop::Interrupted),
            how => {
                let killed = || Failure::new("an end by itself", "the check itself had killed it");
                Err(self.described(self.broke(&how).unwrap_or_else(killed)).into())
            }
        }
    }

    /// Ends it; what it did wrong until then, and the check doesn't know of, goes to the trial.
    pub(super) fn settle(&mut self) {
        let how = self.process.end();
        if std::mem::replace(&mut self.settled, true) {
            return;
        }
        let may_end = self.asked.load(Ordering::Relaxed) && matches!(how, StopReason::ByItself(_));
        if let Some(fault) = self.broke(&how).filter(|_| !may_end) {
            let fault = self.described(fault);
            self.unseen.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(fault);
        }
    }

    pub(super) fn broke(&self, how: &StopReason) -> Option<Failure> {
        verdict::of_server(how, &self.limits, self.allowed)
    }

    /// Adds the command line and what it said last.
    pub(super) fn described(&self, failure: Failure) -> Failure {
        let failure = failure.command(&self.command);
        let said = excerpt(&self.stderr());
        if said.is_empty() { failure } else { failure.stderr(said) }
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        self.settle();
    }
}

impl fmt::Debug for Server<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("command", &self.command).finish_non_exhaustive()
    }
}

/// The first lines and the last: what went wrong stands at one end or the other.
fn excerpt(said: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = said.split_inclusive(|&byte| byte == b'\n').collect();
    if lines.len() <= FIRST + 1 + LAST {
        return said.to_vec();
    }
    let (first, rest) = lines.split_at(FIRST);
    let (left_out, last) = rest.split_at(rest.len() - LAST);
    [first.concat(), format!("… {} lines\n", left_out.len()).into(), last.concat()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_lines_the_first_and_the_last_are_shown() {
        assert_eq!(excerpt(b"a\nb"), b"a\nb");
        let many: String = (0..20).map(|number| format!("{number}\n")).collect();
        let shown = String::from_utf8(excerpt(many.as_bytes())).unwrap();
        assert_eq!(shown, "0\n1\n2\n… 10 lines\n13\n14\n15\n16\n17\n18\n19\n");
    }
}
