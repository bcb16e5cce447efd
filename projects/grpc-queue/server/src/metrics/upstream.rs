//! The metrics of the calls of the model.

use std::time::Duration;

use grpc_queue_upstream::{BreakerState, Observer, Outcome};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// The counters of the client of the model. Clones are handles to the same ones.
#[derive(Clone, Debug)]
pub(crate) struct UpstreamMetrics {
    attempts: Family<Attempt, Counter>,
    seconds: Histogram,
    waited: Histogram,
    retries: Counter,
    breaker: Family<Breaker, Gauge>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Attempt {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Breaker {
    state: &'static str,
}

const STATES: [(BreakerState, &str); 3] =
    [(BreakerState::Closed, "closed"), (BreakerState::Open, "open"), (BreakerState::HalfOpen, "half_open")];

impl Default for UpstreamMetrics {
    fn default() -> Self {
        let metrics = Self {
            attempts: Family::default(),
            seconds: Histogram::new(exponential_buckets(0.005, 2.0, 15)),
            waited: Histogram::new(exponential_buckets(0.001, 2.0, 18)),
            retries: Counter::default(),
            breaker: Family::default(),
        };
        metrics.breaker(BreakerState::Closed);
        metrics
    }
}

impl UpstreamMetrics {
    pub(super) fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("model");
        registry.register("attempts", "calls of the model by their outcome", self.attempts.clone());
        registry.register_with_unit("attempt", "how long a call took", Unit::Seconds, self.seconds.clone());
        let help = "how long a call waited for breaker and rate limit";
        registry.register_with_unit("admission", help, Unit::Seconds, self.waited.clone());
        registry.register("retries", "sentences that were tried again", self.retries.clone());
        registry.register("breaker", "1 for the state that the breaker is in", self.breaker.clone());
    }
}

impl Observer for UpstreamMetrics {
    fn attempt(&self, outcome: Outcome, took: Duration) {
        self.attempts.get_or_create(&Attempt { outcome: outcome.label() }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    fn admitted(&self, waited: Duration) {
        self.waited.observe(waited.as_secs_f64());
    }

    fn retry(&self, _: Duration) {
        self.retries.inc();
    }

    fn breaker(&self, now: BreakerState) {
        for (state, name) in STATES {
            self.breaker.get_or_create(&Breaker { state: name }).set(i64::from(state == now));
        }
    }
}
