//! Runs a query over files and streams: threads take chunks, keep tallies of their own, and those are merged.
//!
//! A regular file is cut into chunks that any thread may take; a line belongs to the chunk in which it
//! begins. Everything else (pipes, gz, formats with state) is read from its start by one thread, while
//! another feeds it. Files are read, never mapped: a mapped log that somebody truncates is a bus error.

mod check;
mod compression;
mod each;
mod feed;
mod input;
mod lines;
mod queue;
mod rejects;
mod worker;

use std::io;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::thread;

pub use check::check;
pub use each::each_line;
pub use input::{Input, OpenError, sample};
pub use rejects::Rejects;

use input::Content;
use lines::Lines;
use queue::Queue;
use worker::Worker;

use crate::format::Format;
use crate::groups::GroupBy;
use crate::query::Query;
use crate::tally::{Part, Tally};

/// Maximum number of threads: each takes memory of its own.
const MAX_THREADS: usize = 64;

/// A query, and how to run it.
#[derive(Debug)]
pub struct Job<'j> {
    /// What is asked.
    pub query: &'j Query,
    /// How lines are read.
    pub format: &'j dyn Format,
    /// What counted requests are grouped by.
    pub by: Option<GroupBy>,
    /// Where malformed lines are kept.
    pub rejects: Option<&'j Rejects>,
    /// How many threads, up to 64; as many as there are processors where it is `None`.
    pub threads: Option<NonZeroUsize>,
    /// Grows by the bytes that are read, for whoever watches.
    pub progress: &'j AtomicU64,
}

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// An input cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// An input opened, and then could not be read.
    #[error("failed to read {name}")]
    Read {
        /// The file, or `standard input`.
        name: String,
        /// What the system says.
        source: io::Error,
    },
    /// The malformed lines cannot be kept.
    #[error("failed to write the rejects")]
    Rejects(#[source] io::Error),
}

impl Job<'_> {
    /// Reads all inputs and returns what they add up to.
    ///
    /// # Errors
    /// Where an input cannot be opened or read. Before anything is read, [`check()`] looks at all of them.
    pub fn run(&self, inputs: Vec<Input>) -> Result<Tally, RunError> {
        check(&inputs)?;
        let available = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let threads = self.threads.unwrap_or(available).get().min(Queue::pieces(&inputs)).min(MAX_THREADS);
        let queue = Queue::new(inputs, self.format.stateful());
        thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| self.work(&queue, threads))).collect();
            let mut tally = self.work(&queue, threads);
            for thread in others {
                let theirs = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                tally = match (tally, theirs) {
                    (Ok(mut sum), Ok(part)) => {
                        sum.merge(part);
                        Ok(sum)
                    }
                    (Err(error), _) | (_, Err(error)) => Err(error),
                };
            }
            tally.map(Part::into_tally)
        })
    }

    /// One thread's share.
    fn work(&self, queue: &Queue, threads: usize) -> Result<Part, RunError> {
        let mut worker = Worker::new(self, threads);
        let mut lines = Lines::new(self.progress);
        while let Some(task) = queue.take().inspect_err(|_| queue.fail())? {
            let done = match (&task.source.content, task.range) {
                (Content::File { file, start, .. }, Some((from, to))) => {
                    lines.range(file, (from, to), from == *start, &mut worker)
                }
                (Content::Stream(stream), _) => {
                    let stream = stream.lock().ok().and_then(|mut stream| stream.take());
                    stream.map_or(Ok(()), |stream| {
                        feed::pump(stream, |reader| lines.stream(reader, &mut worker))
                    })
                }
                (Content::File { .. }, None) => unreachable!("files come in ranges"),
            };
            worker.end_of_source();
            if let Err(source) = done {
                queue.fail();
                return Err(RunError::Read { name: task.source.name.clone(), source });
            }
        }
        worker.finish().map_err(RunError::Rejects)
    }
}

/// A stream waits here for the thread that takes it.
type StreamSlot = Mutex<Option<Box<dyn io::Read + Send>>>;
