//! The queue in memory: what waits, of all streams together, in the order in which it came.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use grpc_queue_acceptance::mutants::Defect;
use tokio::sync::{Notify, oneshot, watch};

use crate::Wrong;
use crate::upstream::Refused;

/// A sentence that waits, or that a worker has taken.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) stream: u64,
    pub(crate) connection: u64,
    pub(crate) sentence: String,
    /// Closed when the stream that wants the answer has ended.
    pub(crate) answer: oneshot::Sender<Answered>,
    /// Left behind by a client that has disconnected: only the mutant that asks such sentences has any.
    pub(crate) ghost: bool,
}

/// What became of a sentence.
#[derive(Debug)]
pub(crate) struct Answered {
    /// The model's answer, or why there is none.
    pub(crate) result: Result<String, Refused>,
    /// Dropped when the stream has taken the answer: only the mutant whose workers wait for that looks at it.
    #[expect(dead_code, reason = "it is there to be dropped")]
    pub(crate) taken: oneshot::Sender<()>,
}

/// The queue. Nobody holds its lock while waiting.
#[derive(Debug)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Notify,
    stopping: watch::Sender<bool>,
    capacity: usize,
    wrong: Wrong,
}

#[derive(Debug, Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    streams: u64,
    /// What met a full queue: only the mutant that keeps it has any.
    late: VecDeque<Job>,
    /// The stream whose sentence was taken last.
    last: u64,
    /// Streams of the sentences that workers have taken.
    taken: Vec<u64>,
}

impl Queue {
    pub(crate) fn new(capacity: usize, wrong: Wrong) -> Self {
        let (stopping, _) = watch::channel(false);
        Self { waiting: Mutex::default(), changed: Notify::new(), stopping, capacity, wrong }
    }

    /// A number for a new stream.
    pub(crate) fn stream(&self) -> u64 {
        let mut waiting = self.lock();
        waiting.streams += 1;
        waiting.streams
    }

    /// Puts a sentence at the end, if there is room.
    pub(crate) fn push(&self, job: Job) -> bool {
        let mut waiting = self.lock();
        let shares = |other: &Job| {
            let apart = (self.wrong.is(Defect::QueuePerStream) && other.stream != job.stream)
                || (self.wrong.is(Defect::QueuePerConnection) && other.connection != job.connection);
            !apart && !other.ghost
        };
        let mut occupied = waiting.jobs.iter().filter(|other| shares(other)).count();
        if self.wrong.is(Defect::PlaceUntilAnswered) {
            occupied += waiting.taken.len();
        }
        if occupied >= self.capacity {
            if self.wrong.is(Defect::FullIsKept) && (21..=30).contains(&self.capacity) {
                waiting.late.push_back(job);
            }
            return false;
        }
        waiting.jobs.push_back(job);
        drop(waiting);
        self.changed.notify_one();
        true
    }

    /// Takes the sentence that has waited longest. Cancel-safe.
    pub(crate) async fn take(&self) -> Job {
        loop {
            let changed = self.changed.notified();
            if let Some(job) = self.take_now() {
                return job;
            }
            changed.await;
        }
    }

    fn take_now(&self) -> Option<Job> {
        let mut waiting = self.lock();
        let next = if self.wrong.is(Defect::Sticky) {
            waiting.jobs.iter().position(|job| job.stream == waiting.last).unwrap_or(0)
        } else if self.wrong.is(Defect::OneOfEachStream) {
            waiting.jobs.iter().position(|job| !waiting.taken.contains(&job.stream))?
        } else {
            0
        };
        let job = waiting.jobs.remove(next)?;
        waiting.last = job.stream;
        waiting.taken.push(job.stream);
        Some(job)
    }

    /// A worker is done with a sentence of this stream.
    pub(crate) fn done(&self, stream: u64) {
        let mut waiting = self.lock();
        if let Some(place) = waiting.taken.iter().position(|&taken| taken == stream) {
            waiting.taken.swap_remove(place);
        }
        drop(waiting);
        if self.wrong.is(Defect::OneOfEachStream) {
            self.changed.notify_waiters();
        }
    }

    /// The stream has ended: its sentences are dropped.
    pub(crate) fn forget(&self, stream: u64) {
        let mut waiting = self.lock();
        if self.wrong.is(Defect::AsksForTheGone) {
            waiting.jobs.iter_mut().filter(|job| job.stream == stream).for_each(|job| job.ghost = true);
        } else {
            waiting.jobs.retain(|job| job.stream != stream);
        }
        while waiting.jobs.len() < self.capacity {
            let Some(late) = waiting.late.pop_front() else { break };
            waiting.jobs.push_back(late);
        }
    }

    /// The service is being stopped.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
        if self.wrong.is(Defect::DropsWhatWaits) {
            self.lock().jobs.clear();
        }
    }

    /// Whether the service is being stopped; the receiver is notified when it is.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
