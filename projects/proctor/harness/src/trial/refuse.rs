//! Starting a server that has to refuse what it is given: it ends by itself, or it listens and so has accepted it.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::serve::accepts;
use super::{Finished, Invocation, verdict};
use crate::process::background::Background;
use crate::process::{Ended, StopReason};
use crate::{Failure, Limit, Stop};

/// Interval between two looks.
const POLL_INTERVAL: Duration = Duration::from_millis(10);
/// Timeout for the end of a program that listens: some listen before they have read all of their settings.
const LISTENING_TIMEOUT: Duration = Duration::from_secs(1);

impl Invocation<'_> {
    /// Starts the program and waits for its end. Where it accepts a connection at `address` it has accepted what it had
    /// to refuse, and gets one more second instead of all its time. How it exited is for the check to judge.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run). A program that listens has passed [`Limit::Deadline`], too: it would run on.
    pub fn run_unless_it_listens(self, address: SocketAddr) -> Result<Finished, Stop> {
        let (trial, command, limits) = (self.trial(), self.command(), self.limits());
        trial.remember(|| self.start(command.clone()));
        let still_runs =
            |what: String| Failure::new("an end by itself", what).limit(Limit::Deadline).command(&command);
        let mut process = Background::start(self.spec(limits))
            .map_err(|error| Stop::from(trial.unstartable(&error, &command)))?;
        let mut until = None;
        let exited = loop {
            let state = process.wait(Instant::now() + POLL_INTERVAL, |state| state.exited.is_some());
            if let Some(exited) = state.exited {
                break exited;
            }
            let now = Instant::now();
            if until.is_some_and(|until| now >= until) {
                process.end();
                let failure = still_runs(format!("it listens at {address}"));
                return Err(failure.stderr(process.stderr()).into());
            }
            if until.is_none() && accepts(address, now) {
                until = Some(now + trial.stretch(LISTENING_TIMEOUT));
            }
        };
        let (stdout, stderr) = (process.stdout(), process.stderr());
        match exited.how {
            StopReason::ByItself(ending) => Ok(Finished {
                stdout,
                stderr,
                ending,
                command,
                elapsed: exited.elapsed,
                unread: exited.unread,
            }),
            StopReason::Interrupted => Err(Stop::Interrupted),
            StopReason::Deadline => {
                let time = verdict::seconds(limits.deadline.div_f64(limits.stretched));
                Err(still_runs(format!("it still ran after {time}")).stderr(stderr).into())
            }
            how => {
                let ended = Ended { how, stdout, stderr, unread: exited.unread, elapsed: exited.elapsed };
                Err(verdict::of(&ended, &limits).command(&command).into())
            }
        }
    }
}
