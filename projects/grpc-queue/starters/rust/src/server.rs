//! All that answers on the port: Eliza, health and reflection, over HTTP/1.1 and HTTP/2 without TLS.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use crate::service::{DESCRIPTORS, ELIZA_SERVICE_SERVICE_NAME, Eliza};

/// How long a stop waits for calls that are under way. The server itself would wait for open streams for ever.
const DRAIN: Duration = Duration::from_secs(5);

/// Serves until `stop`, and what is under way for a little longer.
pub async fn serve(listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    // An answer is a small packet that shouldn't wait for another.
    let listener = listener.tap_io(|connection| _ = connection.set_nodelay(true));
    let (stopping, stopped) = oneshot::channel();
    let server = axum::serve(listener, app()).with_graceful_shutdown(async move {
        stop.await;
        _ = stopping.send(()); // nobody waits when the server has ended by itself
    });
    let deadline = async {
        match stopped.await {
            Ok(()) => tokio::time::sleep(DRAIN).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = server => ended,
        () = deadline => Ok(()),
    }
}

fn app() -> axum::Router {
    let reflector = connectrpc_reflection::Reflector::from_descriptor_set_bytes(DESCRIPTORS)
        .expect("the descriptors come from our own build");
    let router = connectrpc::Router::new().add_service(Arc::new(Eliza));
    let router = connectrpc_reflection::install(router, reflector);
    let (router, _health) = connectrpc_health::install_static(router, [ELIZA_SERVICE_SERVICE_NAME]);

    // The page of any site may call.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(Any);
    axum::Router::new().fallback_service(router.into_axum_service()).layer(cors)
}
