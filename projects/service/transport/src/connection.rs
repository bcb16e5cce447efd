//! One connection: its handshake, its requests, its end.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::batch::Batched;
use crate::conn_state::{CloseOnDrop, ConnState};
use crate::services::Services;
use crate::settings::Settings;
use crate::socket::Socket;
use crate::stream::Streams;
use crate::tls::PeerCertificate;

/// Bytes that a client may send on a stream before its handler has read any.
const STREAM_WINDOW: u32 = 128 * 1024;
/// The same for all streams of a connection together.
const CONNECTION_WINDOW: u32 = 1024 * 1024;

/// How far the server is on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It isn't.
    Serving,
    /// No new calls; those that are open may end by themselves.
    Draining,
    /// Calls are ended.
    Cutting,
}

/// What all connections share.
pub(crate) struct Shared<S> {
    pub(crate) services: S,
    pub(crate) settings: Settings,
    /// The server owns the sender.
    pub(crate) phase: watch::Receiver<Phase>,
    pub(crate) cut_calls: Arc<AtomicUsize>,
}

/// Serves one connection until it ends.
pub(crate) async fn serve<S: Services>(stream: TcpStream, shared: Arc<Shared<S>>) {
    let Some(config) = shared.settings.tls.clone() else {
        return speak(stream, None, &shared).await;
    };
    let handshake = TlsAcceptor::from(config).accept(stream);
    match timeout(shared.settings.opening, handshake).await {
        Ok(Ok(stream)) => {
            let peer = PeerCertificate::of(stream.get_ref().1);
            speak(stream, peer, &shared).await;
        }
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

async fn speak<S, T>(stream: T, peer: Option<PeerCertificate>, shared: &Arc<Shared<S>>)
where
    S: Services,
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let settings = &shared.settings;
    let conn = Arc::new(ConnState::new(Arc::clone(&shared.cut_calls)));
    let _close_on_drop = CloseOnDrop(Arc::clone(&conn));
    let builder = builder(settings, &conn);
    let socket = Socket::new(stream, settings.opening, settings.write);
    let service = service_fn(|mut request: Request<Incoming>| {
        if let Some(peer) = &peer {
            request.extensions_mut().insert(peer.clone());
        }
        shared.services.call(request, &conn, &shared.settings)
    });
    let mut phase = shared.phase.clone();
    let connection = builder.serve_connection(TokioIo::new(socket), service);
    let mut connection = pin!(Batched::new(connection, Arc::clone(&conn)));
    // A connection that was accepted in the last moment must not miss that it was the last.
    phase.mark_changed();
    loop {
        tokio::select! {
            biased;
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(error, "a connection broke");
                }
                return;
            }
            Ok(()) = phase.changed() => match *phase.borrow_and_update() {
                Phase::Serving => {}
                Phase::Draining => connection.as_mut().inner().graceful_shutdown(),
                Phase::Cutting => conn.cut(),
            },
        }
    }
}

fn builder(settings: &Settings, conn: &Arc<ConnState>) -> Builder<Streams> {
    let streams = Streams { conn: Arc::clone(conn), write: settings.write };
    let mut builder = Builder::new(streams);
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.opening)
        .max_buf_size(settings.header_bytes as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(settings.streams)
        .max_header_list_size(settings.header_bytes)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .keep_alive_interval(settings.ping_after)
        .keep_alive_timeout(settings.ping_within);
    builder
}
