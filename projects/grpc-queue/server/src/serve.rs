//! The server: builds its parts, runs them, and ends them in order.

mod stack;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use grpc_queue::{Drain, Memory, Pool, Settings};
use grpc_queue_postgres::Postgres;
use grpc_queue_upstream::Upstream;
use service_transport as transport;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout_at};
use tracing::{info, warn};

use crate::backend::Backend;
use crate::config::Config;
use crate::metrics::{Metrics, UpstreamMetrics};
use crate::service::Service;
use crate::signals::Signals;

/// How long the transport waits past the deadline for streams that are ending.
const LAST_WORDS: Duration = Duration::from_millis(250);

/// A server that listens, and isn't served yet.
pub(crate) struct Bound {
    config: Config,
    server: transport::Server,
}

impl Bound {
    /// Listens where the settings say.
    pub(crate) async fn new(config: Config) -> anyhow::Result<Self> {
        let server = transport::Server::bind(config.listen, config.transport.clone()).await?;
        Ok(Self { config, server })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Serves until a signal or `stop`, and then until all is answered or the deadline has passed.
    pub(crate) async fn run(self, stop: oneshot::Receiver<()>) -> anyhow::Result<ExitCode> {
        let Config { queue, workers, .. } = &self.config;
        match &queue.durable {
            None => {
                let settings = Settings { capacity: queue.capacity, answered: *workers > 0 };
                self.with(Memory::new(settings), stop).await
            }
            Some(durable) => {
                let settings = grpc_queue_postgres::Settings {
                    capacity: u32::try_from(queue.capacity).context("the capacity is out of range")?,
                    lease: durable.lease,
                    keep: durable.keep,
                    ..grpc_queue_postgres::Settings::default()
                };
                let queue = Postgres::connect(&durable.address, settings).await?;
                self.with(queue, stop).await
            }
        }
    }

    async fn with<Q: Backend>(self, queue: Q, stop: oneshot::Receiver<()>) -> anyhow::Result<ExitCode> {
        let Self { config, server } = self;
        let mut signals = Signals::take().context("failed to listen to signals")?;
        let counted = UpstreamMetrics::default();
        let metrics = Arc::new(Metrics::new(config.queue.capacity, config.workers, &counted));
        let model = Arc::new(Upstream::new(config.upstream, counted)?);
        let pool = Pool::start(&queue, &model, config.workers);
        let drain = Drain::new();
        let service = Service { queue, limits: config.limits, drain, metrics };
        let stack = stack::build(&service, &config.transport)?;
        info!(address = %server.address(), workers = config.workers, capacity = config.queue.capacity, "listening");

        let (told, asked) = oneshot::channel();
        let serving = server.serve(stack, async {
            // Without a sender, the shutdown never begins.
            match asked.await {
                Ok(deadline) => deadline,
                Err(_) => std::future::pending().await,
            }
        });
        let mut serving = std::pin::pin!(serving);
        let signal = tokio::select! {
            _ = &mut serving => unreachable!("it wasn't asked to end"),
            signal = signals.next() => Some(signal),
            Ok(()) = stop => None,
        };
        let shutdown = Shutdown { service, deadline: Instant::now() + config.drain };
        info!(signal, deadline = ?config.drain, "shutting down");
        shutdown.begin();
        // The transport is still there: it waits for this.
        _ = told.send(shutdown.deadline + LAST_WORDS);
        tokio::select! {
            () = shutdown.finish(serving, pool) => Ok(ExitCode::SUCCESS),
            signal = signals.next() => {
                warn!(signal, "a second signal: ending at once");
                Ok(ExitCode::from(128 + signal))
            }
        }
    }
}

/// The end of the server, step by step.
struct Shutdown<Q> {
    service: Service<Q>,
    deadline: Instant,
}

impl<Q: Backend> Shutdown<Q> {
    /// Closes admission: health and every stream report that the service is stopping, and nothing new is admitted.
    fn begin(&self) {
        self.service.queue.close();
        self.service.drain.begin();
    }

    /// Waits for pending answers, until the deadline.
    async fn finish(&self, serving: impl Future<Output = transport::Drained>, pool: Pool) {
        let cut = async {
            sleep_until(self.deadline).await;
            let owed = self.service.queue.stop();
            if owed > 0 {
                warn!(owed, "the deadline has passed: answers that were owed are cut");
            }
            std::future::pending::<()>().await;
        };
        let drained = tokio::select! {
            drained = serving => drained,
            () = cut => unreachable!("it never ends"),
        };
        if drained.connections > 0 {
            warn!(calls = drained.calls, connections = drained.connections, "calls were cut");
        }
        // Nobody waits for what workers still have in hand, unless the queue outlives this process: then it goes to
        // another.
        let deadline = self.deadline.max(Instant::now() + LAST_WORDS);
        if timeout_at(deadline, pool.drain()).await.is_err() {
            warn!("the workers didn't end in time");
        }
        self.service.queue.leave().await;
        info!("ended");
    }
}
