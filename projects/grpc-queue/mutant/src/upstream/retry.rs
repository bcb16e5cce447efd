//! All attempts at a sentence: which failure is followed by another, and when.

use std::sync::atomic::Ordering;
use std::time::Duration;

use grpc_queue_acceptance::mutants::Defect;
use serde_json::Value;

use super::breaker::{Outcome, Pass};
use super::{Failed, Refused, Upstream};

/// Nobody waits longer.
const LONGEST: Duration = Duration::from_secs(60);

/// What a failure says of the model, and of another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Failure,
    ForNow,
    ForGood,
}

impl Upstream {
    /// The model's answer to a sentence, or why there is none after all attempts. Dropped, it makes no further one.
    pub(crate) async fn answer(&self, sentence: &str) -> Result<String, Refused> {
        let mut key = self.key(sentence);
        for n in 1.. {
            if n > 1 && self.wrong.is(Defect::KeyEachAttempt) {
                key = self.key(sentence);
            }
            let pass = self.leave(n > 1).await;
            let tried = self.attempt(sentence, &key).await;
            pass.judged(match &tried {
                Ok(_) => Outcome::Success,
                Err(failed) => self.outcome_of(failed),
            });
            let failed = match tried {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            match self.wait_after(&failed, n) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(self.refused(failed)),
            }
        }
        unreachable!("attempts are counted in as many bits as their number has");
    }

    /// Waits until an attempt may begin: for the limit, and for the breaker.
    async fn leave(&self, retry: bool) -> Pass<'_> {
        loop {
            self.breaker.admits(retry).await;
            if !(retry && self.wrong.is(Defect::LimitFirstsOnly)) {
                self.limiter.turn().await;
            }
            if let Some(pass) = self.breaker.pass(retry) {
                return pass;
            }
        }
    }

    fn outcome_of(&self, failed: &Failed) -> Outcome {
        match kind(failed) {
            Kind::Failure if failed.status.is_none() && self.wrong.is(Defect::BreakerByStatus) => {
                Outcome::Neutral
            }
            Kind::Failure => Outcome::Failure,
            Kind::ForNow | Kind::ForGood => Outcome::Neutral,
        }
    }

    /// How long to wait before attempt n + 1; none where there is no further one.
    fn wait_after(&self, failed: &Failed, n: u32) -> Option<Duration> {
        let wrong = self.wrong;
        let attempts = match self.policy.attempts {
            several @ 2.. if wrong.is(Defect::OneAttemptMore) => several + 1,
            attempts => attempts,
        };
        if n >= attempts || !self.is_followed(failed) {
            return None;
        }
        let backoff = self.backoff(n);
        let Some(asked) = failed.asks_for(wrong) else { return Some(backoff) };
        let longest = if wrong.is(Defect::GivesUpSooner) { LONGEST / 6 } else { LONGEST };
        if asked.total > longest && !wrong.is(Defect::WaitsForHours) {
            return None;
        }
        Some(if wrong.is(Defect::BackoffAtLeast) { asked.wait.max(backoff) } else { asked.wait })
    }

    fn is_followed(&self, failed: &Failed) -> bool {
        let wrong = self.wrong;
        match failed.header("x-should-retry") {
            _ if wrong.is(Defect::ShouldRetryUnread) => {}
            Some("true") => return true,
            Some("false") if !wrong.is(Defect::ShouldNotRetryUnread) => return false,
            _ => {}
        }
        match (kind(failed), failed.status.map(|status| status.as_u16())) {
            (Kind::Failure, None) => !wrong.is(Defect::BrokenIsFinal),
            (Kind::ForNow, Some(408 | 409)) => !wrong.is(Defect::ConflictIsFinal),
            (Kind::ForGood, Some(429)) => wrong.is(Defect::QuotaTriedAgain),
            (Kind::ForGood, _) => wrong.is(Defect::RefusalsTriedAgain),
            _ => true,
        }
    }

    fn backoff(&self, n: u32) -> Duration {
        let factor = match n {
            _ if self.wrong.is(Defect::WaitStays) => 1,
            n if self.wrong.is(Defect::WaitQuadruples) => 4_u32.saturating_pow(n - 1),
            n => 2_u32.saturating_pow(n - 1),
        };
        let whole = self.policy.base.saturating_mul(factor);
        let jitter = match self.wrong {
            wrong if wrong.is(Defect::NoJitter) => 1.0,
            wrong if wrong.is(Defect::TooMuchJitter) => 0.125 + 0.875 * fastrand::f64(),
            _ => 0.5 + 0.5 * fastrand::f64(),
        };
        whole.mul_f64(jitter)
    }

    /// A key for a sentence.
    fn key(&self, sentence: &str) -> String {
        if self.wrong.is(Defect::KeyCounts) {
            return format!("sentence-{}", self.asked.fetch_add(1, Ordering::Relaxed));
        }
        if self.wrong.is(Defect::KeyOfTheText) {
            return sentence.bytes().map(|byte| format!("{byte:02x}")).collect();
        }
        format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..))
    }
}

fn kind(failed: &Failed) -> Kind {
    match failed.status.map(|status| status.as_u16()) {
        Some(429) if is_about_quota(&failed.body) => Kind::ForGood,
        Some(408 | 409 | 429) => Kind::ForNow,
        Some(400..500) => Kind::ForGood,
        _ => Kind::Failure,
    }
}

fn is_about_quota(body: &[u8]) -> bool {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    body["error"]["code"] == "insufficient_quota"
}
