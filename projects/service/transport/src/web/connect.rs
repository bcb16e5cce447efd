//! connectrpc's service with the limits of the transport, and CORS around it.

use axum::Router;
use connectrpc::{CompressionPolicy, ConnectRpcService, DeadlinePolicy, Dispatcher, Limits};
use http::{HeaderName, Method};
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use crate::settings::Settings;

/// The star is for all headers; older browsers want the names of those that gRPC-Web can't do without.
const EXPOSED: [&str; 4] = ["*", "grpc-status", "grpc-message", "grpc-status-details-bin"];

/// A service of connectrpc with the limits of `settings`, whose deadlines bound whole streams.
pub fn connect<D: Dispatcher>(dispatcher: D, settings: &Settings) -> ConnectRpcService<D> {
    ConnectRpcService::new(dispatcher)
        .with_limits(
            Limits::default()
                .with_max_message_size(settings.message_bytes)
                // A compressed body may be a little longer than what it stands for.
                .with_max_request_body_size(settings.message_bytes.saturating_add(1024)),
        )
        .with_compression_policy(CompressionPolicy::default().with_min_size(settings.compress_from))
        .with_deadline_policy(DeadlinePolicy::new().with_enforce_on_streams(true))
}

/// `router` for pages of any origin, which may read all headers of a reply.
pub(crate) fn any_origin(router: Router) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(EXPOSED.map(HeaderName::from_static))
        .max_age(std::time::Duration::from_secs(7200));
    router.layer(cors)
}
