//! The port: accepts connections until a signal ends the program, and then lets them end.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use grpc_queue_acceptance::mutants::Defect;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Shared;

/// Serves until a signal comes, and then until all has ended or the time is over.
pub(crate) async fn serve(listener: TcpListener, router: Router, shared: Arc<Shared>) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut port = Port { listener, router, connections: JoinSet::new(), accepted: 0 };
    let (closing, close) = watch::channel(false);
    tokio::select! {
        failed = port.accept(&close) => failed?,
        _ = terminate.recv() => {}
    }
    if shared.wrong.is(Defect::DiesAtOnce) {
        return Ok(());
    }
    shared.queue.stop();
    // Nobody listens where no connection is open.
    closing.send(true).ok();
    drain(port, terminate, &shared).await;
    if shared.wrong.is(Defect::EndsWithOne) { Err(io::Error::other("it was told to end")) } else { Ok(()) }
}

/// Waits until all connections are closed, at most until the time is over or a second signal comes.
async fn drain(port: Port, mut terminate: Signal, shared: &Shared) {
    let Port { listener, router, mut connections, accepted } = port;
    if shared.wrong.is(Defect::StillListens) {
        let mut port = Port { listener, router, connections: JoinSet::new(), accepted };
        // It never closes by itself: the sender of that signal is dropped at once.
        tokio::spawn(async move { port.accept(&watch::channel(false).1).await });
    } else {
        drop(listener);
    }
    let over = async {
        tokio::time::sleep(shared.settings.drain).await;
        if shared.wrong.is(Defect::DrainsForEver) {
            std::future::pending::<()>().await;
        }
    };
    let again = async {
        terminate.recv().await;
        if shared.wrong.is(Defect::SecondSignalIgnored) {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = async { while connections.join_next().await.is_some() {} } => {}
        () = silence(shared) => {}
        () = over => {}
        () = again => {}
    }
}

/// Waits until no conversation is open, and what was said last is surely sent. A connection may stay open for longer:
/// the library reads what a client sends on a stream that has ended.
async fn silence(shared: &Shared) {
    while !shared.desk.is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
}

/// The connection of a request: one mutant has a queue for each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectionId(pub(crate) u64);

/// The listener, and the connections that it has accepted.
struct Port {
    listener: TcpListener,
    router: Router,
    connections: JoinSet<()>,
    accepted: u64,
}

impl Port {
    /// Accepts connections for as long as that goes well.
    async fn accept(&mut self, close: &watch::Receiver<bool>) -> io::Result<()> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            stream.set_nodelay(true)?;
            while self.connections.try_join_next().is_some() {}
            let router = self.router.clone().layer(Extension(ConnectionId(self.accepted)));
            self.accepted += 1;
            self.connections.spawn(connection(stream, router, close.clone()));
        }
    }
}

/// One connection to its end. One that breaks is the client's affair.
async fn connection(stream: TcpStream, router: Router, mut close: watch::Receiver<bool>) {
    let builder = auto::Builder::new(TokioExecutor::new());
    let mut connection =
        pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)));
    tokio::select! {
        _ = connection.as_mut() => return,
        Ok(()) = close.changed() => connection.as_mut().graceful_shutdown(),
    }
    connection.await.ok();
}
