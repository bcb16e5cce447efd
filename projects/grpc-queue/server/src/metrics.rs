//! The metrics of the service, for Prometheus.

mod upstream;

use std::time::Duration;

use grpc_queue::{Load, Observer};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

pub(crate) use upstream::UpstreamMetrics;

/// The media type of what [`Metrics::encode`] gives.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A procedure of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Procedure {
    Say,
    Converse,
    Introduce,
    QueueConversation,
}

impl Procedure {
    const ALL: [Self; 4] = [Self::Say, Self::Converse, Self::Introduce, Self::QueueConversation];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Say => "Say",
            Self::Converse => "Converse",
            Self::Introduce => "Introduce",
            Self::QueueConversation => "QueueConversation",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfProcedure {
    procedure: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Acknowledged {
    with: &'static str,
}

/// All counters. Those on the way of every message are at hand, without a look-up.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    calls: [Counter; 4],
    open: [Gauge; 4],
    enqueued: Counter,
    full: Counter,
    refused: Counter,
    answered: Counter,
    failed: Counter,
    seconds: Histogram,
    waiting: Gauge,
    taken: Gauge,
    conversations: Gauge,
}

impl Metrics {
    /// All counters at nought, those of the client of the model among them.
    pub(crate) fn new(capacity: usize, workers: usize, upstream: &UpstreamMetrics) -> Self {
        let mut registry = Registry::with_prefix("grpc_queue");
        let calls = Family::<OfProcedure, Counter>::default();
        let open = Family::<OfProcedure, Gauge>::default();
        let of = |procedure: Procedure| OfProcedure { procedure: procedure.name() };
        registry.register("calls", "calls that have begun", calls.clone());
        registry.register("open_streams", "streams that are open", open.clone());

        let sentences = Family::<Acknowledged, Counter>::default();
        let acknowledged = |with| sentences.get_or_create_owned(&Acknowledged { with });
        registry.register("sentences", "sentences by their acknowledgement", sentences.clone());

        let metrics = Self {
            calls: Procedure::ALL.map(|procedure| calls.get_or_create_owned(&of(procedure))),
            open: Procedure::ALL.map(|procedure| open.get_or_create_owned(&of(procedure))),
            enqueued: acknowledged("enqueued"),
            full: acknowledged("full"),
            refused: acknowledged("refused"),
            answered: Counter::default(),
            failed: Counter::default(),
            seconds: Histogram::new(exponential_buckets(0.001, 2.0, 18)),
            waiting: Gauge::default(),
            taken: Gauge::default(),
            conversations: Gauge::default(),
            registry: Registry::default(),
        };
        metrics.register(&mut registry, capacity, workers);
        upstream.register(&mut registry);
        Self { registry, ..metrics }
    }

    fn register(&self, registry: &mut Registry, capacity: usize, workers: usize) {
        registry.register("answers", "answers that were sent", self.answered.clone());
        registry.register("failures", "sentences that the model gave up on", self.failed.clone());
        let help = "from a sentence to its answer, both on one stream";
        registry.register_with_unit("answer", help, Unit::Seconds, self.seconds.clone());
        registry.register("waiting", "sentences that wait", self.waiting.clone());
        registry.register(
            "in_flight",
            "sentences in the hands of this program's workers",
            self.taken.clone(),
        );
        registry.register("conversations", "conversations that are open here", self.conversations.clone());
        let fixed = [
            ("capacity", "maximum number of waiting sentences", capacity),
            ("workers", "how many sentences are answered at once", workers),
        ];
        for (name, help, value) in fixed {
            let gauge: Gauge = Gauge::default();
            gauge.set(signed(value));
            registry.register(name, help, gauge);
        }
    }

    /// A call has begun.
    pub(crate) fn call(&self, procedure: Procedure) {
        self.calls[procedure as usize].inc();
    }

    /// Adds to the number of open streams.
    pub(crate) fn open(&self, procedure: Procedure, more: i64) {
        self.open[procedure as usize].inc_by(more);
    }

    /// All of it as text, with how busy the queue is now.
    pub(crate) fn encode(&self, load: Load) -> String {
        self.waiting.set(signed(load.waiting));
        self.taken.set(signed(load.taken));
        self.conversations.set(signed(load.conversations));
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("to write into a string never fails");
        text
    }
}

impl Observer for Metrics {
    fn enqueued(&self, sentences: u64) {
        self.enqueued.inc_by(sentences);
    }

    fn full(&self) {
        self.full.inc();
    }

    fn refused(&self) {
        self.refused.inc();
    }

    fn answered(&self, after: Option<Duration>) {
        self.answered.inc();
        if let Some(after) = after {
            self.seconds.observe(after.as_secs_f64());
        }
    }

    fn failed(&self, _: Option<Duration>) {
        self.failed.inc();
    }
}

fn signed(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_was_counted() {
        let metrics = Metrics::new(3, 2, &UpstreamMetrics::default());
        metrics.call(Procedure::Say);
        metrics.open(Procedure::QueueConversation, 2);
        metrics.enqueued(2);
        metrics.full();
        metrics.answered(Some(Duration::from_millis(3)));
        let text = metrics.encode(Load { waiting: 1, taken: 2, conversations: 1 });
        for line in [
            "grpc_queue_calls_total{procedure=\"Say\"} 1",
            "grpc_queue_open_streams{procedure=\"QueueConversation\"} 2",
            "grpc_queue_sentences_total{with=\"enqueued\"} 2",
            "grpc_queue_sentences_total{with=\"full\"} 1",
            "grpc_queue_answers_total 1",
            "grpc_queue_answer_seconds_bucket{le=\"0.004\"} 1",
            "grpc_queue_capacity 3",
            "grpc_queue_waiting 1",
            "grpc_queue_in_flight 2",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in:\n{text}");
        }
    }
}
