//! Starting the program as a server: it is told its address, and is ready when it accepts a connection there.

use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::server::Server;
use super::verdict;
use super::{Invocation, Trial, Unstartable};
use crate::process::StopReason;
use crate::process::background::Background;
use crate::{Failure, Limit, Stop};

/// Tells a server where to listen.
pub(super) const VARIABLE: &str = "LISTEN_ADDR";
/// Interval between two attempts to connect to a server that doesn't listen yet.
const POLL_INTERVAL: Duration = Duration::from_millis(5);
/// Timeout for the clean-up after a program has ended.
const CLEANUP_TIMEOUT: Duration = Duration::from_secs(15);

impl<'t> Invocation<'t> {
    /// Starts the program as a server: `LISTEN_ADDR` tells it an address of its own, and it is ready once it accepts
    /// a TCP connection there. [`deadline`](Self::deadline) bounds this start, the check's deadline the server's life.
    ///
    /// # Errors
    ///
    /// [`Stop::Failed`] when it can't be started, ends, breaks a limit, or isn't ready in time: then it counts as one
    /// that hangs. [`Stop::Skipped`] when no port is free.
    pub fn serve(self) -> Result<Server<'t>, Stop> {
        let address = self.trial().address()?;
        self.listen(address)
    }

    /// As [`serve`](Self::serve) at this address: a server's own once more, or one of
    /// [`Trial::address`](Trial::address).
    ///
    /// # Errors
    ///
    /// As [`serve`](Self::serve), and [`Stop::Skipped`] when something listens there.
    pub fn serve_at(self, address: SocketAddr) -> Result<Server<'t>, Stop> {
        self.trial().claim(address)?;
        self.listen(address)
    }

    fn listen(self, address: SocketAddr) -> Result<Server<'t>, Stop> {
        let invocation = self.told(VARIABLE, &address.to_string());
        let trial = invocation.trial();
        let command = invocation.command();
        trial.remember(|| invocation.start(command.clone()).of_server(VARIABLE));
        let timeout = invocation.limits().deadline;
        let mut limits = invocation.limits();
        // The time until it listens isn't the check's: a slow start is no hang.
        limits.deadline = trial.time_left() + timeout;
        let start = Instant::now();
        let until = start + timeout;
        let process = Background::start(invocation.spec(limits))
            .map_err(|error| Stop::from(trial.unstartable(&error, &command)))?;
        let mut server = Server::new(trial, process, address, command, limits);
        server.ready(until, timeout.div_f64(trial.factor))?;
        trial.until.set(trial.until.get() + start.elapsed());
        Ok(server)
    }
}

impl Trial<'_> {
    /// Notes that the program can't be started at all.
    pub(super) fn unstartable(&self, error: &std::io::Error, command: &str) -> Failure {
        let reason = self.solution.why_it_does_not_start(error);
        let failure = Failure::new("a program that starts", format!("it can't be started: {reason}"));
        // The first to find out is as good as any other.
        self.unstartable.set(Unstartable { command: command.to_owned(), reason }).ok();
        failure.command(command)
    }
}

impl Server<'_> {
    /// Waits until the server accepts a connection.
    fn ready(&mut self, until: Instant, timeout: Duration) -> Result<(), Stop> {
        let address = self.address();
        loop {
            let accepts = accepts(address, until);
            let state =
                self.process.wait(Instant::now() + POLL_INTERVAL, |state| accepts || state.has_ended());
            if state.has_ended() {
                return Err(self.ended_early());
            }
            if accepts {
                return Ok(());
            }
            if Instant::now() >= until {
                let expected = format!(
                    "a server that listens at {VARIABLE}={address} within {}",
                    verdict::seconds(timeout)
                );
                let mut failure = Failure::new(expected, "nothing listened there, and proctor ended it");
                let elsewhere = self.process.listens();
                if !elsewhere.is_empty() {
                    let list = elsewhere.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                    failure = failure.note(format!("it listened at {list}"));
                }
                return Err(self.described(failure.limit(Limit::Start)).into());
            }
        }
    }

    /// The failure of a program that did not live to listen.
    fn ended_early(&mut self) -> Stop {
        let state = self.process.wait(Instant::now() + CLEANUP_TIMEOUT, |state| state.exited.is_some());
        self.settle();
        let how = match (state.exited, state.ending) {
            (Some(over), _) => over.how,
            (None, Some(ending)) => StopReason::ByItself(ending),
            (None, None) => StopReason::SupervisorLost,
        };
        let failure = match how {
            StopReason::Interrupted => return Stop::Interrupted,
            StopReason::ByItself(ending) => {
                let expected = format!("a server that listens at {VARIABLE}={}", self.address());
                Failure::new(expected, format!("it {ending}"))
            }
            how => self.broke(&how).unwrap_or_default(),
        };
        self.described(failure).into()
    }
}

/// True when a connection is accepted. Where ports are scarce a connection may meet itself: that is no server.
pub(super) fn accepts(address: SocketAddr, until: Instant) -> bool {
    let left = until.saturating_duration_since(Instant::now()).max(POLL_INTERVAL);
    TcpStream::connect_timeout(&address, left)
        .is_ok_and(|stream| stream.local_addr().is_ok_and(|own| own != address))
}
