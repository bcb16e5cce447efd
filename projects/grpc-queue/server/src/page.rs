//! The pages: a conversation at `/`, metrics at `/metrics`.

use std::sync::Arc;

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};

use crate::backend::Backend;
use crate::metrics::MEDIA_TYPE;
use crate::service::Service;

const PAGE: &str = include_str!("page/index.html");

/// The page speaks to where it came from, and to nobody else.
const POLICY: &str = "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; \
    style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The routes that are no procedures.
pub(crate) fn router<Q: Backend>(service: &Service<Q>) -> Router {
    let (queue, metrics) = (service.queue.clone(), Arc::clone(&service.metrics));
    let metrics = move || async move {
        let headers = [(CONTENT_TYPE, MEDIA_TYPE), (CACHE_CONTROL, "no-store")];
        (headers, metrics.encode(queue.load())).into_response()
    };
    Router::new().route("/", get(page)).route("/metrics", get(metrics))
}

async fn page() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, PAGE)
}
