//! The workers: each takes a sentence, asks the model, hands the answer in, and takes the next.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use grpc_queue_acceptance::doubles::Defect;
use tokio::sync::oneshot;

use crate::Wrong;
use crate::queue::{Answered, Job, Queue};
use crate::upstream::Upstream;

/// Starts as many workers as are asked for.
pub(crate) fn start(queue: &Arc<Queue>, upstream: &Arc<Upstream>, workers: usize, wrong: Wrong) {
    let several = workers > 1;
    let workers = match workers {
        2.. if wrong.is(Defect::PoolIgnoresItsSize) => workers + 2,
        2.. if wrong.is(Defect::PoolTooSmall) => workers - 1,
        _ => workers,
    };
    let alive = Arc::new(AtomicUsize::new(workers));
    for _ in 0..workers {
        let worker = Worker {
            queue: Arc::clone(queue),
            upstream: Arc::clone(upstream),
            alive: Arc::clone(&alive),
            several,
            wrong,
        };
        tokio::spawn(worker.run());
    }
}

struct Worker {
    queue: Arc<Queue>,
    upstream: Arc<Upstream>,
    /// How many of the workers are left: in a correct program, all.
    alive: Arc<AtomicUsize>,
    several: bool,
    wrong: Wrong,
}

impl Worker {
    async fn run(self) {
        loop {
            let job = self.queue.take().await;
            let stream = job.stream;
            let went = self.answer(job).await;
            self.queue.done(stream);
            let dies = match went {
                Went::Well => false,
                Went::Wrong => self.wrong.is(Defect::WorkerDiesOfAFailure),
                Went::Away => self.wrong.is(Defect::WorkerDiesWithItsClient),
            };
            // The last one stays, or nothing at all would be answered.
            if dies && self.several && self.alive.load(Ordering::Relaxed) > 1 {
                self.alive.fetch_sub(1, Ordering::Relaxed);
                return;
            }
        }
    }

    async fn answer(&self, job: Job) -> Went {
        let Job { sentence, mut answer, ghost, .. } = job;
        let keeps_on = ghost || self.wrong.is(Defect::LetsTheCallRun);
        let result = tokio::select! {
            result = self.upstream.answer(&sentence) => result,
            () = answer.closed(), if !keeps_on => return Went::Away,
        };
        let went = if result.is_ok() { Went::Well } else { Went::Wrong };
        let (taken, was_taken) = oneshot::channel();
        // Where the client has gone in the meantime, nobody wants the answer.
        answer.send(Answered { result, taken }).ok();
        if self.wrong.is(Defect::WorkerWaitsItsTurn) {
            was_taken.await.ok();
        }
        went
    }
}

/// How it went with a sentence.
enum Went {
    Well,
    Wrong,
    Away,
}
