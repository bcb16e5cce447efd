//! A program that runs while its check does other things: the same run, on a thread of its own.

use std::io;
use std::net::{Shutdown, SocketAddr};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::pump::Captured;
use super::state::{Exited, ProcessState, StateFeed};
use super::{Spec, StopReason, listening, start, tree};

/// Timeout for the first message of a supervisor.
const START_TIMEOUT: Duration = Duration::from_secs(5);

/// A program under way. Dropping it ends the program and all that it started.
#[derive(Debug)]
pub(crate) struct Background {
    orders: UnixStream,
    /// Owns the run and reaps the supervisor; none once it was waited for.
    thread: Option<JoinHandle<()>>,
    feed: Arc<StateFeed>,
    outputs: [Captured; 2],
    supervisor: u32,
}

impl Background {
    /// Starts the program.
    ///
    /// # Errors
    ///
    /// Only when it could not be started.
    pub(crate) fn start(spec: Spec) -> io::Result<Self> {
        let (orders, theirs) = UnixStream::pair()?;
        theirs.set_nonblocking(true)?;
        let (mut run, mut child) = start(spec, Some(theirs))?;
        let (feed, outputs, supervisor) = (Arc::clone(&run.feed), run.pump.outputs(), run.supervisor);
        let publisher = Arc::clone(&feed);
        // Without a thread the run is dropped here: its link closes, and the supervisor ends the program.
        let thread = thread::Builder::new().name("server".to_owned()).spawn(move || {
            let how = run.until_the_end();
            let over = match run.end(&mut child, how.clone()) {
                Ok(ended) => Exited { how: ended.how, unread: ended.unread, elapsed: ended.elapsed },
                // Someone else reaped the supervisor.
                Err(_) => Exited { how, unread: 0, elapsed: Duration::ZERO },
            };
            publisher.exited(over);
        })?;
        Ok(Self { orders, thread: Some(thread), feed, outputs, supervisor })
    }

    /// Returns its state.
    pub(crate) fn state(&self) -> ProcessState {
        self.feed.state()
    }

    /// Waits until `enough` holds, at most until `until`; returns the state by then.
    pub(crate) fn wait(&self, until: Instant, enough: impl FnMut(&ProcessState) -> bool) -> ProcessState {
        self.feed.wait(until, enough)
    }

    /// What it wrote to standard output so far.
    pub(crate) fn stdout(&self) -> Vec<u8> {
        let [stdout, _] = &self.outputs;
        stdout.copy()
    }

    /// What it wrote to standard error so far.
    pub(crate) fn stderr(&self) -> Vec<u8> {
        let [_, stderr] = &self.outputs;
        stderr.copy()
    }

    /// Memory of the program and all that it started, in bytes; a page that several share is divided among them.
    pub(crate) fn memory(&self) -> u64 {
        if self.state().exited.is_some() { 0 } else { tree::usage(self.root(), usize::MAX, 0).memory }
    }

    /// Where it listens, the program or one that it started.
    pub(crate) fn listens(&self) -> Vec<SocketAddr> {
        listening::addresses(&tree::processes(self.root()))
    }

    fn root(&self) -> tree::Root {
        tree::Root { supervisor: self.supervisor, init: self.state().init }
    }

    /// Sends a signal to the program itself; false where it has ended.
    pub(crate) fn signal(&self, signal: Signal) -> bool {
        let until = Instant::now() + START_TIMEOUT;
        self.wait(until, |state| state.has_started() || state.exited.is_some()).signal(signal)
    }

    /// Sends a signal to the program and then to all that it started.
    pub(crate) fn signal_all(&self, signal: Signal) -> bool {
        if !self.signal(signal) {
            return false;
        }
        for pid in tree::processes(self.root()).into_iter().filter_map(|process| id(process.pid)) {
            // It may have ended since it was listed.
            kill_process(pid, signal).ok();
        }
        true
    }

    /// Ends the program and all that it started, waits until nothing is left, and says how the run went.
    pub(crate) fn end(&mut self) -> StopReason {
        // Closed already where the run is over.
        self.orders.shutdown(Shutdown::Both).ok();
        if let Some(thread) = self.thread.take() {
            // A run that panicked dropped its link, and its supervisor has the rest to do.
            thread.join().ok();
        }
        self.state().exited.map_or(StopReason::SupervisorLost, |over| over.how)
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.end();
    }
}

fn id(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}
