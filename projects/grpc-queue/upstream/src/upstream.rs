//! The model: attempts at a sentence until it has an answer or is given up.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use grpc_queue::{Ask, GaveUp, Model};
use tokio::time::Instant;

use crate::attempt::{Caller, Outcome, Reply};
use crate::breaker::{Breaker, Pass, Permit};
use crate::limiter::Limiter;
use crate::{BreakerState, Config, Observer, backoff};

/// A model behind an OpenAI-compatible API. It owns breaker and limiter, which all its callers share.
pub struct Upstream {
    caller: Caller,
    attempts: NonZeroU32,
    retry_base: Duration,
    limiter: Limiter,
    breaker: Arc<Breaker>,
    observer: Arc<dyn Observer>,
}

/// No client could be made: there are no certificates to trust, as a rule.
#[derive(Debug, thiserror::Error)]
#[error("failed to prepare the client of the model's API")]
pub struct Unusable(#[source] reqwest::Error);

impl Upstream {
    /// Prepares the client. Nothing is called yet.
    ///
    /// # Errors
    ///
    /// When TLS can't be set up.
    pub fn new(config: Config, observer: impl Observer) -> Result<Self, Unusable> {
        let observer: Arc<dyn Observer> = Arc::new(observer);
        Ok(Self {
            caller: Caller::new(&config).map_err(Unusable)?,
            attempts: config.attempts,
            retry_base: config.retry_base,
            limiter: Limiter::new(config.calls_per_minute),
            breaker: Breaker::new(config.breaker_failures.get(), config.breaker_open, Arc::clone(&observer)),
            observer,
        })
    }

    /// The breaker's state. One that has been open for its time is half open only once somebody wants to call.
    pub fn breaker(&self) -> BreakerState {
        self.breaker.state()
    }

    /// Waits until breaker and limiter let an attempt begin.
    async fn admit(&self, mut pass: Option<Pass>) -> Pass {
        let asked = Instant::now();
        loop {
            let pass = match pass.take() {
                Some(pass) => pass,
                None => self.breaker.pass().await,
            };
            tokio::select! {
                biased;
                // The breaker has opened in the meantime: the turn goes to whoever is next.
                () = pass.lapsed() => {}
                () = self.limiter.begin() => {
                    self.observer.admitted(asked.elapsed());
                    return pass;
                }
            }
        }
    }

    /// Makes one attempt, and lets breaker and limiter learn from it.
    async fn attempt(&self, pass: Pass, ask: &Ask) -> Reply {
        let began = Instant::now();
        let reply = self.caller.call(&ask.id, &ask.sentence).await;
        // Before the breaker is notified: an attempt that it permits must find the limiter updated.
        if let Some(hold) = reply.advice.hold {
            self.limiter.hold(hold);
        }
        match reply.outcome {
            Outcome::Answered => pass.succeeded(),
            outcome if outcome.is_failure() => pass.failed(),
            _ => pass.refused(),
        }
        let took = began.elapsed();
        self.observer.attempt(reply.outcome, took);
        tracing::debug!(id = ask.id, outcome = ?reply.outcome, ?took, "attempt");
        reply
    }
}

impl Model for Upstream {
    type Permit = Permit;

    async fn permit(&self) -> Permit {
        self.breaker.permit().await
    }

    async fn revoked(&self, permit: &Permit) {
        self.breaker.revoked(permit).await;
    }

    async fn answer(&self, permit: Permit, ask: Ask) -> Result<String, GaveUp> {
        let mut pass = permit.into_pass();
        let mut made = 0;
        loop {
            let admitted = self.admit(pass.take()).await;
            let reply = self.attempt(admitted, &ask).await;
            made += 1;
            if reply.outcome == Outcome::Answered {
                return Ok(reply.answer);
            }
            if made == self.attempts.get() || !reply.invites_another() {
                return Err(GaveUp { reason: reply.outcome.reason() });
            }
            let wait = backoff::wait(self.retry_base, made, reply.advice.wait, fastrand::f64())
                .map_err(|too_long| GaveUp { reason: too_long.to_string() })?;
            self.observer.retry(wait);
            tokio::time::sleep(wait).await;
        }
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream").field("attempts", &self.attempts).finish_non_exhaustive()
    }
}
