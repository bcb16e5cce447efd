//! The port: accepts connections, and owns them until the last has ended.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::connection::{self, Phase, Shared};
use crate::services::Services;
use crate::settings::Settings;

/// How long to wait when the machine has no file descriptor for a connection: others must end first.
const OUT_OF_FILES: Duration = Duration::from_millis(50);

/// Least time between two warnings of too many connections.
const BETWEEN_WARNINGS: Duration = Duration::from_secs(10);

/// Why a server can't listen.
#[derive(Debug, thiserror::Error)]
#[error("failed to listen at {address}")]
pub struct BindError {
    /// Where it was to listen.
    pub address: SocketAddr,
    #[source]
    source: io::Error,
}

/// What a shutdown has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Calls that hadn't ended by the deadline, and were ended with `UNAVAILABLE`.
    pub calls: usize,
    /// Connections that hadn't ended by then, and were closed.
    pub connections: usize,
}

/// A port that is listened at.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    settings: Settings,
}

impl Server {
    /// Listens at `address`; port 0 takes one that is free.
    ///
    /// # Errors
    ///
    /// When the address isn't this machine's, or is taken.
    pub async fn bind(address: SocketAddr, settings: Settings) -> Result<Self, BindError> {
        let bound = async {
            let listener = TcpListener::bind(address).await?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        };
        match bound.await {
            Ok((listener, address)) => Ok(Self { listener, address, settings }),
            Err(source) => Err(BindError { address, source }),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves `services` until `shutdown` gives a deadline, and then until all connections have ended or it has passed.
    ///
    /// From then on no connection is accepted, and clients are asked to open no more streams. At the deadline, calls
    /// that are still open end with `UNAVAILABLE`, and what hasn't left within [`Settings::flush`] is closed.
    pub async fn serve(self, services: impl Services, shutdown: impl Future<Output = Instant>) -> Drained {
        let (phase, watched) = watch::channel(Phase::Serving);
        let cut_calls = Arc::new(AtomicUsize::new(0));
        let flush = self.settings.flush;
        let shared = Arc::new(Shared {
            services,
            settings: self.settings,
            phase: watched,
            cut_calls: Arc::clone(&cut_calls),
        });

        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        let mut told: Option<Instant> = None;
        let deadline = loop {
            tokio::select! {
                deadline = &mut shutdown => break deadline,
                Some(_) = connections.join_next() => {}
                stream = accept(&self.listener) => {
                    if connections.len() < shared.settings.connections {
                        connections.spawn(connection::serve(stream, Arc::clone(&shared)));
                    } else if told.is_none_or(|told| told.elapsed() > BETWEEN_WARNINGS) {
                        // Not a line for each: who connects too often shall not fill the log as well.
                        tracing::warn!(open = connections.len(), "there are too many connections: new ones are closed");
                        told = Some(Instant::now());
                    }
                }
            }
        };

        // Closing the port first: a client that connects now goes elsewhere at once.
        drop(self.listener);
        phase.send_replace(Phase::Draining);
        let mut left = 0;
        if timeout_at(deadline, ended(&mut connections)).await.is_err() {
            left = connections.len();
            phase.send_replace(Phase::Cutting);
            if timeout(flush, ended(&mut connections)).await.is_err() {
                connections.shutdown().await;
            }
        }
        Drained { calls: cut_calls.load(Ordering::Relaxed), connections: left }
    }
}

/// The next connection. What can go wrong here passes: a client that has disconnected, a machine without descriptors.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection has gone before it was served");
                    continue;
                }
                return stream;
            }
            Err(error) if is_of_the_client(&error) => {
                tracing::debug!(%error, "a connection has gone before it was accepted");
            }
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted for now");
                sleep(OUT_OF_FILES).await;
            }
        }
    }
}

fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

async fn ended(connections: &mut JoinSet<()>) {
    while connections.join_next().await.is_some() {}
}
