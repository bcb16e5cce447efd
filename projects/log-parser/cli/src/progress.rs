//! A bar for runs that take a while, on a terminal only.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Shorter runs show no bar.
const SHOW_AFTER: Duration = Duration::from_millis(500);

/// How often the bar moves.
const UPDATE_INTERVAL: Duration = Duration::from_millis(100);

/// A run to watch.
#[derive(Debug)]
pub(crate) struct ProgressWatch<'w> {
    /// The bytes that are read so far.
    pub(crate) progress: &'w AtomicU64,
    /// All bytes, where that is known.
    pub(crate) total: Option<u64>,
}

impl ProgressWatch<'_> {
    /// Runs `work`; the bar is cleared when it is done.
    pub(crate) fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        if !io::stderr().is_terminal() {
            return work();
        }
        let (done, wait) = channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || self.watch(&wait));
            let answer = work();
            drop(done);
            answer
        })
    }

    /// Until the other end is dropped.
    fn watch(&self, wait: &Receiver<()>) {
        if wait.recv_timeout(SHOW_AFTER) != Err(RecvTimeoutError::Timeout) {
            return;
        }
        let bar = self.bar();
        loop {
            bar.set_position(self.progress.load(Ordering::Relaxed));
            if wait.recv_timeout(UPDATE_INTERVAL) != Err(RecvTimeoutError::Timeout) {
                break;
            }
        }
        bar.finish_and_clear();
    }

    fn bar(&self) -> ProgressBar {
        let (bar, template) = match self.total {
            Some(total) => {
                (ProgressBar::new(total), "{bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} to go")
            }
            None => (ProgressBar::new_spinner(), "{spinner} {bytes}, {bytes_per_sec}"),
        };
        let style = ProgressStyle::with_template(template).expect("the template is a good one");
        bar.with_style(style)
    }
}
