//! Logs on standard error, and traces over OTLP where an endpoint is set.

use std::io::{self, IsTerminal};
use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{EnvFilter, Targets};
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Registry, fmt};

/// Timeout for exporting the last traces.
const FLUSH: Duration = Duration::from_secs(1);

/// Keeps traces going. Who ends the program ends it.
#[derive(Debug)]
pub(crate) struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Begins to log what is at least as important as `least`, or what `RUST_LOG` says; and to send traces to the
    /// endpoint, if there is one.
    pub(crate) fn start(least: LevelFilter, endpoint: Option<&str>) -> anyhow::Result<Self> {
        // Postgres gives notice of what is as it should be. What libraries warn of that speak to strangers is what
        // strangers do: it would be theirs to fill the log.
        let (quiet, silent) = (least.min(LevelFilter::WARN), least.min(LevelFilter::ERROR));
        let usual =
            || EnvFilter::new(format!("{least},sqlx={quiet},h2={silent},hyper={silent},connectrpc={silent}"));
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| usual());
        let json = std::env::var_os("LOG_FORMAT").is_some_and(|format| format == "json");
        let lines = fmt::layer().with_writer(io::stderr);
        // A list, in which a layer that isn't there has no say over the level of the others.
        let mut layers: Vec<Box<dyn Layer<Registry> + Send + Sync>> = vec![if json {
            lines.json().with_filter(filter).boxed()
        } else {
            lines.with_ansi(io::stderr().is_terminal()).with_filter(filter).boxed()
        }];
        let traces = endpoint.map(provider).transpose()?;
        // Only our own spans: those of HTTP libraries would trace the export of traces.
        let ours = Targets::new().with_target("grpc_queue", LevelFilter::DEBUG);
        if let Some(traces) = &traces {
            let spans = tracing_opentelemetry::layer().with_tracer(traces.tracer("grpc-queue"));
            layers.push(spans.with_filter(ours).boxed());
        }
        tracing_subscriber::registry().with(layers).init();
        Ok(Self { traces })
    }

    /// Sends what is left.
    pub(crate) fn end(self) {
        if let Some(traces) = self.traces
            && let Err(error) = traces.shutdown_with_timeout(FLUSH)
        {
            tracing::warn!(%error, "the last traces are lost");
        }
    }
}

fn provider(endpoint: &str) -> anyhow::Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .build()
        .context("failed to prepare the export of traces")?;
    let resource = Resource::builder().with_service_name("grpc-queue").build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}
