//! All open streams: a shutdown waits for them, and one mutant mixes them up.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;

use super::Outgoing;

/// Open streams, the newest last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Desk(Arc<Mutex<Vec<Sitting>>>);

type Sitting = (u64, mpsc::Sender<Outgoing>);

/// A stream's place among the others. Dropped with the stream.
#[derive(Debug)]
pub(super) struct Seat {
    desk: Desk,
    stream: u64,
}

impl Desk {
    pub(super) fn sit(&self, stream: u64, out: mpsc::Sender<Outgoing>) -> Seat {
        self.lock().push((stream, out));
        Seat { desk: self.clone(), stream }
    }

    /// The newest stream, where there are more than three.
    pub(super) fn newest_of_many(&self) -> Option<mpsc::Sender<Outgoing>> {
        let open = self.lock();
        if open.len() > 3 { open.last().map(|(_, out)| out.clone()) } else { None }
    }

    /// Whether no stream is open.
    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Sitting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.desk.lock().retain(|(stream, _)| *stream != self.stream);
    }
}
