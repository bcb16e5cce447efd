//! The workers: each takes a sentence, asks the model, hands the answer in, and takes the next.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use grpc_queue_acceptance::mutants::Defect;
use tokio::sync::oneshot;

use crate::Shared;
use crate::queue::{Answered, Job};
use crate::upstream::Upstream;

/// Starts as many workers as are asked for.
pub(crate) fn start(shared: &Arc<Shared>, upstream: &Arc<Upstream>) {
    let wrong = shared.wrong;
    let workers = match shared.settings.workers {
        several @ 2.. if wrong.is(Defect::PoolIgnoresItsSize) => several + 2,
        several @ 2.. if wrong.is(Defect::PoolTooSmall) => several - 1,
        workers => workers,
    };
    let alive = Arc::new(AtomicUsize::new(workers));
    for _ in 0..workers {
        let (shared, upstream) = (Arc::clone(shared), Arc::clone(upstream));
        tokio::spawn(Worker { shared, upstream, alive: Arc::clone(&alive) }.run());
    }
}

struct Worker {
    shared: Arc<Shared>,
    upstream: Arc<Upstream>,
    /// How many of the workers are left: in a correct program, all.
    alive: Arc<AtomicUsize>,
}

impl Worker {
    async fn run(self) {
        loop {
            let job = self.next().await;
            let stream = job.stream;
            let went = self.answer(job).await;
            self.shared.queue.done(stream);
            let dies = match went {
                Went::Well => false,
                Went::Wrong => self.shared.wrong.is(Defect::WorkerDiesOfAFailure),
                Went::Away => self.shared.wrong.is(Defect::WorkerDiesWithItsClient),
            };
            // The last one stays, or nothing at all would be answered.
            if dies && self.alive.load(Ordering::Relaxed) > 1 {
                self.alive.fetch_sub(1, Ordering::Relaxed);
                return;
            }
        }
    }

    /// The next sentence, when one may be taken.
    async fn next(&self) -> Job {
        loop {
            self.upstream.admits().await;
            tokio::select! {
                biased;
                () = self.upstream.shuts() => {}
                job = self.shared.queue.take() => return job,
            }
        }
    }

    async fn answer(&self, job: Job) -> Went {
        let Job { sentence, mut answer, ghost, .. } = job;
        let wrong = self.shared.wrong;
        let retries = self.shared.settings.policy.attempts > 1;
        let keeps_on =
            ghost || wrong.is(Defect::LetsTheCallRun) || (retries && wrong.is(Defect::TriesAgainForTheGone));
        let result = tokio::select! {
            result = self.upstream.answer(&sentence) => result,
            () = answer.closed(), if !keeps_on => return Went::Away,
        };
        let went = if result.is_ok() { Went::Well } else { Went::Wrong };
        let (taken, was_taken) = oneshot::channel();
        // If the client has disconnected in the meantime, nobody wants the answer.
        answer.send(Answered { result, taken }).ok();
        if self.shared.wrong.is(Defect::WorkerWaitsItsTurn) {
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
