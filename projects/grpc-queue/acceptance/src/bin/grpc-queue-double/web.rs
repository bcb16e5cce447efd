//! The port: HTTP/1.1 and HTTP/2 with all three protocols, and what is wrong with them.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::{self, Next};
use axum::response::Response;
use grpc_queue_acceptance::doubles::Defect;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tower_http::cors::{Any, CorsLayer};

use crate::Shared;
use crate::service::{EMPTY, Service};

/// Serves until the program ends.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) -> io::Result<()> {
    let router = router(&shared);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            // A connection that breaks is the client's affair.
            auto::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service)
                .await
                .ok();
        });
    }
}

fn router(shared: &Arc<Shared>) -> Router {
    let routes = connectrpc::Router::new().add_service(Arc::new(Service(Arc::clone(shared))));
    let reflector =
        connectrpc_reflection::Reflector::from_descriptor_set_bytes(grpc_queue_proto::FILE_DESCRIPTOR_SET)
            .expect("the compiler has made the descriptors");
    let routes = connectrpc_reflection::install(routes, reflector);
    let (routes, _health) = connectrpc_health::install_static(routes, ["connectrpc.eliza.v1.ElizaService"]);
    let cors = CorsLayer::new().allow_origin(Any).allow_methods(Any).allow_headers(Any);
    routes.into_axum_router().layer(middleware::from_fn_with_state(Arc::clone(shared), mistake)).layer(cors)
}

/// What is wrong with the protocols.
async fn mistake(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    let wrong = shared.wrong;
    let headers = request.headers();
    let content_type = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let compressed = headers.contains_key("grpc-encoding") || headers.contains_key("content-encoding");
    let grpc = content_type.starts_with("application/grpc") && !content_type.contains("web");
    if wrong.is(Defect::SayEmptyOverGrpc) && grpc && !compressed {
        request.headers_mut().insert(EMPTY, HeaderValue::from_static("1"));
    }
    next.run(request).await
}
