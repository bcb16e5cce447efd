//! The workers: as many as are asked for, each with one sentence at a time.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::task::JoinSet;
use tracing::{Instrument, debug_span, error};

use crate::drain::Drain;
use crate::model::{GaveUp, Job, Model, Source};

/// A pool of workers. Dropped, it aborts them: their sentences go back to where they were.
#[derive(Debug)]
pub struct Pool {
    workers: JoinSet<()>,
    drain: Drain,
}

impl Pool {
    /// Starts the workers, which take sentences from the source and let the model answer them.
    pub fn start<S: Source, M: Model>(source: &S, model: &Arc<M>, workers: usize) -> Self {
        let drain = Drain::new();
        let workers = (0..workers)
            .map(|_| {
                let worker =
                    Worker { source: source.clone(), model: Arc::clone(model), drain: drain.clone() };
                worker.work()
            })
            .collect();
        Self { workers, drain }
    }

    /// Takes no further sentence, and waits until those in hand are answered. Who has a deadline drops it then.
    pub async fn drain(mut self) {
        self.drain.begin();
        while let Some(ended) = self.workers.join_next().await {
            if let Err(error) = ended {
                error!(%error, "a worker has died");
            }
        }
    }
}

struct Worker<S, M> {
    source: S,
    model: Arc<M>,
    drain: Drain,
}

impl<S: Source, M: Model> Worker<S, M> {
    async fn work(self) {
        let mut stop = std::pin::pin!(self.drain.begun());
        loop {
            let (permit, job) = tokio::select! {
                biased;
                () = &mut stop => return,
                both = self.take() => both,
            };
            self.answer(permit, job).await;
        }
    }

    /// A permit first, then a sentence: while the model can't be asked, sentences wait in the queue.
    async fn take(&self) -> (M::Permit, S::Job) {
        loop {
            let permit = self.model.permit().await;
            let job = tokio::select! {
                biased;
                () = self.model.revoked(&permit) => continue,
                job = self.source.take() => job,
            };
            return (permit, job);
        }
    }

    async fn answer(&self, permit: M::Permit, mut job: S::Job) {
        let ask = job.ask();
        let span = debug_span!("answer", sentence = ask.id);
        let call = async { self.model.answer(permit, ask).await };
        let call = AssertUnwindSafe(call).catch_unwind().instrument(span);
        let result = tokio::select! {
            biased;
            () = job.cancelled() => return,
            result = call => result,
        };
        let result = result.unwrap_or_else(|panic| {
            error!(panic = message(&*panic), "the model's client has panicked");
            Err(GaveUp { reason: "an internal error".to_owned() })
        });
        job.complete(result).await;
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

#[cfg(test)]
mod tests;
