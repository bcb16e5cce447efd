//! Standard output and standard error, written by a thread of their own.
//!
//! Whoever reads them may stop: a pager that waits for a key, a terminal on hold, a full pipe. Then that thread
//! waits, and nothing else does: checks go on, and Ctrl-C is heard. The thread ends with its outlet; one that still
//! waits for its reader then ends with the process.

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::interrupt;

/// How long a reader who has stopped may keep us from ending after Ctrl-C.
const READER_TIMEOUT: Duration = Duration::from_millis(300);
/// How often Ctrl-C is looked for while we wait.
const TICK: Duration = Duration::from_millis(50);

/// Both outputs in the order in which they were written to.
#[derive(Debug)]
pub(crate) struct Outlet {
    /// None where the system has no room for another thread: then every piece is written at once.
    queue: Option<Sender<Piece>>,
    state: Arc<State>,
}

/// Which output, and what goes there.
#[derive(Debug)]
enum Piece {
    Output(Vec<u8>),
    Error(Vec<u8>),
}

#[derive(Debug, Default)]
struct State {
    written: Mutex<Written>,
    moved: Condvar,
}

#[derive(Debug, Default)]
struct Written {
    pending: usize,
    failed: Option<io::Error>,
}

/// Why not everything was written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutletError {
    /// The reader has gone: its right.
    #[error("nobody reads standard output")]
    Closed,
    /// Ctrl-C came while the reader didn't read.
    #[error("interrupted")]
    Interrupted,
    /// A full disk, for example.
    #[error("failed to write to standard output")]
    Write(#[source] io::Error),
}

impl Outlet {
    pub(crate) fn new() -> Self {
        let (queue, pieces) = mpsc::channel();
        let state = Arc::new(State::default());
        let of_thread = Arc::clone(&state);
        let writer = thread::Builder::new().name("outlet".to_owned());
        let started = writer.spawn(move || write(&pieces, &of_thread)).is_ok();
        Self { queue: started.then_some(queue), state }
    }

    pub(crate) fn output(&self, text: String) {
        self.push(Piece::Output(text.into_bytes()));
    }

    pub(crate) fn error(&self, text: String) {
        self.push(Piece::Error(text.into_bytes()));
    }

    /// True when all has been written so far.
    pub(crate) fn is_idle(&self) -> bool {
        self.state.written().pending == 0
    }

    fn push(&self, piece: Piece) {
        self.state.written().pending += 1;
        match &self.queue {
            // The thread listens as long as there is an outlet.
            Some(queue) => queue.send(piece).unwrap_or(()),
            None => {
                let (queue, pieces) = mpsc::channel();
                queue.send(piece).ok();
                drop(queue);
                write(&pieces, &self.state);
            }
        }
    }

    /// Waits until all is written, or Ctrl-C comes and the reader still doesn't read.
    pub(crate) fn settle(&self) -> Result<(), OutletError> {
        let mut since = None;
        let mut written = self.state.written();
        while written.pending > 0 {
            if interrupt::raised() && since.get_or_insert_with(Instant::now).elapsed() >= READER_TIMEOUT {
                return Err(OutletError::Interrupted);
            }
            let waited = self.state.moved.wait_timeout(written, TICK);
            written = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        match written.failed.take() {
            None => Ok(()),
            Some(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(OutletError::Closed),
            Some(error) => Err(OutletError::Write(error)),
        }
    }
}

impl State {
    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(pieces: &Receiver<Piece>, state: &State) {
    let mut broken = false;
    for piece in pieces {
        let result = match piece {
            Piece::Output(_) if broken => Ok(()),
            Piece::Output(bytes) => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(&bytes).and_then(|()| stdout.flush())
            }
            // Nobody is left to be told.
            Piece::Error(bytes) => io::stderr().write_all(&bytes).or(Ok(())),
        };
        let mut written = state.written();
        written.pending -= 1;
        if let Err(error) = result {
            broken = true;
            written.failed = Some(error);
        }
        state.moved.notify_all();
    }
}
