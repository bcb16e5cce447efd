//! What is served: the service in all three protocols, reflection and health.

pub(crate) mod mistakes;

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use axum::{Router, middleware};
use grpc_queue_acceptance::mutants::Defect;
use tower_http::cors::{Any, CorsLayer};

use crate::Shared;
use crate::service::Service;

const ELIZA: &str = "connectrpc.eliza.v1.ElizaService";

/// Everything that is served.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    let wrong = shared.wrong;
    let mut routes = connectrpc::Router::new().add_service(Arc::new(Service(Arc::clone(shared))));
    if !wrong.is(Defect::NoReflection) {
        let reflector = connectrpc_reflection::Reflector::from_descriptor_set_bytes(
            grpc_queue_proto::FILE_DESCRIPTOR_SET,
        )
        .expect("the compiler has made the descriptors");
        let itself = ["grpc.reflection.v1.ServerReflection"];
        let other = wrong.is(Defect::ReflectionOfItself);
        let reflector = if other { reflector.with_services(itself) } else { reflector };
        routes = connectrpc_reflection::install(routes, reflector);
    }
    if !wrong.is(Defect::NoHealth) {
        let (with_health, health) = connectrpc_health::install_static(routes, [ELIZA]);
        if wrong.is(Defect::NotServing) {
            health.shutdown();
        }
        routes = with_health;
    }
    let router =
        routes.into_axum_router().layer(middleware::from_fn_with_state(Arc::clone(shared), mistakes::make));
    let mut cors = CorsLayer::new().allow_methods([Method::GET, Method::POST]);
    if !wrong.is(Defect::NoHeadersGranted) {
        cors = cors.allow_headers(Any);
    }
    cors = match wrong {
        wrong if wrong.is(Defect::NoCors) => return router,
        wrong if wrong.is(Defect::OwnOriginOnly) => {
            cors.allow_origin(HeaderValue::from_static("https://eliza.example"))
        }
        _ => cors.allow_origin(Any),
    };
    let router = router.layer(cors);
    if wrong.is(Defect::CorsOnPreflightOnly) {
        return router.layer(middleware::from_fn(preflight_only));
    }
    router
}

/// Takes back what was granted to everything but a preflight request.
async fn preflight_only(request: Request, next: Next) -> Response {
    let preflight = request.method() == Method::OPTIONS;
    let mut response = next.run(request).await;
    if !preflight {
        response.headers_mut().remove("access-control-allow-origin");
    }
    response
}
