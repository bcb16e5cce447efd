//! The queue of remaining work, shared by the threads.
//!
//! An input is opened when its turn has come, and closed when its last piece is done: there may be more of
//! them than a process may have open, and whoever fills named pipes fills one after the other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::vec::IntoIter;

use super::input::{Content, Input, OpenError, Source};

/// How much of a file a thread takes at a time.
const CHUNK: u64 = 4 << 20;

/// A piece of work for one thread.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) source: Arc<Source>,
    /// The bytes of a file whose lines are wanted; `None` for a stream.
    pub(super) range: Option<(u64, u64)>,
}

/// Inputs still to be opened, and the file that is being handed out.
#[derive(Debug)]
pub(super) struct Queue {
    pending: Mutex<Pending>,
    /// Files are read from their start by one thread.
    in_order: bool,
    failed: AtomicBool,
}

#[derive(Debug)]
struct Pending {
    inputs: IntoIter<Input>,
    /// A file, and where its next piece begins.
    current: Option<(Arc<Source>, u64)>,
    /// Whoever reads standard input reads it to its end, so that it holds nothing when it is named again.
    stdin_is_read: bool,
}

impl Queue {
    pub(super) fn new(inputs: Vec<Input>, in_order: bool) -> Self {
        let pending = Pending { inputs: inputs.into_iter(), current: None, stdin_is_read: false };
        Self { pending: Mutex::new(pending), in_order, failed: AtomicBool::new(false) }
    }

    /// About how many pieces of work some inputs are, and no fewer.
    pub(super) fn pieces(inputs: &[Input]) -> usize {
        let pieces = |input: &Input| input.size().map_or(1, |size| size.div_ceil(CHUNK).max(1));
        usize::try_from(inputs.iter().map(pieces).sum::<u64>()).unwrap_or(usize::MAX)
    }

    /// The next piece. The lock is held while an input is opened: the others have nothing to do until then.
    pub(super) fn take(&self) -> Result<Option<Task>, OpenError> {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        while !self.failed.load(Ordering::Relaxed) {
            if let Some(task) = pending.piece() {
                return Ok(Some(task));
            }
            let Some(input) = pending.inputs.next() else { return Ok(None) };
            if matches!(input, Input::Stdin) && std::mem::replace(&mut pending.stdin_is_read, true) {
                continue;
            }
            let source = Arc::new(Source::open(input, self.in_order)?);
            match source.content {
                Content::File { start, .. } => pending.current = Some((source, start)),
                Content::Stream(_) => return Ok(Some(Task { source, range: None })),
            }
        }
        Ok(None)
    }

    /// Nothing more is handed out.
    pub(super) fn fail(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }
}

impl Pending {
    fn piece(&mut self) -> Option<Task> {
        let (source, from) = self.current.take()?;
        let Content::File { end, .. } = source.content else { return None };
        if from >= end {
            return None;
        }
        let to = end.min(from + CHUNK);
        self.current = Some((Arc::clone(&source), to));
        Some(Task { source, range: Some((from, to)) })
    }
}
