//! A program that runs while its check does other things: the same run, on a thread of its own.

use std::io;
use std::net::{Shutdown, SocketAddr};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::news::{Heard, News, Over};
use super::pump::Kept;
use super::{How, Spec, listening, start, tree};

/// How long a guard that was just started may take to say a word.
const FIRST_WORD: Duration = Duration::from_secs(5);

/// A program under way. Dropping it ends the program and all that it started.
#[derive(Debug)]
pub(crate) struct Background {
    orders: UnixStream,
    /// Owns the run and reaps the guard; none once it was waited for.
    thread: Option<JoinHandle<()>>,
    news: Arc<News>,
    outputs: [Kept; 2],
    guard: u32,
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
        let (news, outputs, guard) = (Arc::clone(&run.news), run.pump.outputs(), run.guard);
        let teller = Arc::clone(&news);
        // Without a thread the run is dropped here: its link closes, and the guard ends the program.
        let thread = thread::Builder::new().name("server".to_owned()).spawn(move || {
            let how = run.until_the_end();
            let over = match run.end(&mut child, how.clone()) {
                Ok(ended) => Over { how: ended.how, unread: ended.unread, elapsed: ended.elapsed },
                // Someone else reaped the guard.
                Err(_) => Over { how, unread: 0, elapsed: Duration::ZERO },
            };
            teller.over(over);
        })?;
        Ok(Self { orders, thread: Some(thread), news, outputs, guard })
    }

    /// What is known of it now.
    pub(crate) fn heard(&self) -> Heard {
        self.news.heard()
    }

    /// Waits until `enough` holds, at most until `until`; returns what is known by then.
    pub(crate) fn wait(&self, until: Instant, enough: impl FnMut(&Heard) -> bool) -> Heard {
        self.news.wait(until, enough)
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
        if self.heard().over.is_some() { 0 } else { tree::usage(self.guard, 0).memory }
    }

    /// Where it listens, the program or one that it started.
    pub(crate) fn listens(&self) -> Vec<SocketAddr> {
        listening::addresses(&tree::processes(self.guard))
    }

    /// Sends a signal to the program itself; false where it has ended.
    pub(crate) fn signal(&self, signal: Signal) -> bool {
        let until = Instant::now() + FIRST_WORD;
        self.wait(until, |heard| heard.has_started() || heard.over.is_some()).signal(signal)
    }

    /// Sends a signal to the program and then to all that it started.
    pub(crate) fn signal_all(&self, signal: Signal) -> bool {
        if !self.signal(signal) {
            return false;
        }
        for pid in tree::processes(self.guard).into_iter().filter_map(|process| id(process.pid)) {
            // It may have ended since it was listed.
            kill_process(pid, signal).ok();
        }
        true
    }

    /// Ends the program and all that it started, waits until nothing is left, and says how the run went.
    pub(crate) fn end(&mut self) -> How {
        // Closed already where the run is over.
        self.orders.shutdown(Shutdown::Both).ok();
        if let Some(thread) = self.thread.take() {
            // A run that panicked dropped its link, and its guard has the rest to do.
            thread.join().ok();
        }
        self.heard().over.map_or(How::Unguarded, |over| over.how)
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
