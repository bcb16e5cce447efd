//! Moves bytes into standard input and out of both outputs without ever waiting on one of them.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::process::Child;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::event::{PollFd, PollFlags};
use rustix::fs::{OFlags, fcntl_setfl};

use super::{Limits, Output};

/// What the kernel keeps in a pipe that nobody reads.
const PIPE: usize = 1 << 16;

/// The three pipes of a program, as far as they are still open.
#[derive(Debug)]
pub(super) struct Pump {
    stdin: Option<File>,
    input: Arc<Vec<u8>>,
    written: usize,
    outputs: [Source; 2],
}

/// What came out of one output so far. The run's thread fills it; others may look, and hold the lock for a copy only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Captured(Arc<Mutex<VecDeque<u8>>>);

/// One output and what came out of it.
#[derive(Debug)]
struct Source {
    which: Output,
    pipe: Option<File>,
    kept: Captured,
    cap: usize,
    flood_ends: bool,
}

impl Pump {
    pub(super) fn new(child: &mut Child, input: Option<Arc<Vec<u8>>>, limits: &Limits) -> Self {
        let source = |which, pipe: Option<OwnedFd>| Source {
            which,
            pipe: pipe.map(nonblocking),
            kept: Captured::default(),
            cap: limits.output,
            flood_ends: limits.flood_ends,
        };
        let input = input.unwrap_or_default();
        let stdin = child.stdin.take().map(|pipe| nonblocking(pipe.into()));
        Self {
            stdin,
            input,
            written: 0,
            outputs: [
                source(Output::Stdout, child.stdout.take().map(Into::into)),
                source(Output::Stderr, child.stderr.take().map(Into::into)),
            ],
        }
    }

    /// Adds what is still open to what a wait watches.
    pub(super) fn watch<'a>(&'a self, descriptors: &mut Vec<PollFd<'a>>) {
        descriptors
            .extend(self.stdin.iter().map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::OUT)));
        descriptors.extend(
            self.outputs
                .iter()
                .filter_map(|source| source.pipe.as_ref())
                .map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN)),
        );
    }

    /// Moves what can be moved now; names the output that passed its cap.
    pub(super) fn move_on(&mut self) -> Option<Output> {
        self.feed();
        let [stdout, stderr] = &mut self.outputs;
        let floods = [stdout.drain(), stderr.drain()];
        floods.into_iter().flatten().next()
    }

    fn feed(&mut self) {
        let Some(stdin) = &mut self.stdin else { return };
        loop {
            let rest = self.input.get(self.written..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
            match stdin.write(rest) {
                Ok(count) => self.written += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // The program closed it: its right, and a hint where the check fails for another reason.
                Err(_) => break,
            }
        }
        self.stdin = None;
    }

    /// Both outputs, to be looked at while the run goes on.
    pub(super) fn outputs(&self) -> [Captured; 2] {
        self.outputs.each_ref().map(|source| source.kept.clone())
    }

    /// Both outputs, and how many bytes of input were never taken. What fits into the pipe tells nothing: whether it
    /// was taken in time is a race between the program's end and ours.
    pub(super) fn finish(self) -> (Vec<u8>, Vec<u8>, usize) {
        let [stdout, stderr] = self.outputs;
        let unread = if self.input.len() > PIPE { self.input.len() - self.written } else { 0 };
        (stdout.kept.whole(), stderr.kept.whole(), unread)
    }
}

impl Captured {
    /// A copy of all of it.
    pub(crate) fn copy(&self) -> Vec<u8> {
        self.lock().iter().copied().collect()
    }

    /// All of it, without a copy where nobody else looks.
    fn whole(self) -> Vec<u8> {
        match Arc::try_unwrap(self.0) {
            Ok(alone) => alone.into_inner().unwrap_or_else(PoisonError::into_inner).into(),
            Err(shared) => Self(shared).copy(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<u8>> {
        // Bytes are as whole after a panic as before.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source {
    /// Reads what is there, at most about a mebibyte, so that the other pipes and the clock get their turn.
    fn drain(&mut self) -> Option<Output> {
        let mut buffer = [0_u8; 1 << 16];
        for _ in 0..16 {
            match self.pipe.as_mut()?.read(&mut buffer) {
                Ok(0) => self.pipe = None,
                Ok(count) => {
                    let mut kept = self.kept.lock();
                    kept.extend(buffer.iter().take(count));
                    if kept.len() > self.cap {
                        let over = kept.len() - self.cap;
                        if self.flood_ends {
                            kept.truncate(self.cap);
                            self.pipe = None;
                            return Some(self.which);
                        }
                        kept.drain(..over);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.pipe = None,
            }
        }
        None
    }
}

fn nonblocking(pipe: OwnedFd) -> File {
    // It can't fail on a pipe that was just made, and if it did, a deadline would still end the run.
    fcntl_setfl(&pipe, OFlags::NONBLOCK).ok();
    File::from(pipe)
}
