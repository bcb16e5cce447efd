//! gRPC and pages: which of two services a request is for.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use http::{Method, Request, Response};
use hyper::body::Incoming;
use tower::Service;

use crate::call::{Call, Route};
use crate::call_failure::WireProtocol;
use crate::call_guard::CallGuard;
use crate::conn_state::ConnState;
use crate::grpc::{RequestBody, timeout};
use crate::inbound::Inbound;
use crate::services::{Services, is_grpc};
use crate::settings::Settings;

/// One or several gRPC services, and pages, behind one port.
///
/// `grpc` answers native gRPC: a service that tonic has generated, or tonic's `Routes` over several. Its messages may
/// decode to as many bytes as [`Settings::message_bytes`], and what it compresses is its own to choose. `pages` gets
/// every other request.
#[derive(Debug, Clone)]
pub struct GrpcStack<G> {
    grpc: G,
    pages: Router,
    client_streams: &'static [&'static str],
}

impl<G> GrpcStack<G> {
    /// Puts the services behind one port. Every procedure takes one message.
    pub fn new(grpc: G, pages: Router) -> Self {
        Self { grpc, pages, client_streams: &[] }
    }

    /// Names the procedures that take a stream of messages, by their paths, as in `/package.Service/Method`.
    #[must_use]
    pub fn client_streams(mut self, paths: &'static [&'static str]) -> Self {
        self.client_streams = paths;
        self
    }
}

impl<G> Services for GrpcStack<G>
where
    G: Service<Request<RequestBody>, Response = Response<tonic::body::Body>, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    G::Future: Unpin + Send + 'static,
{
    type Call = Call<G::Future>;

    fn call(&self, request: Request<Incoming>, conn: &Arc<ConnState>, settings: &Settings) -> Self::Call {
        let headers = request.headers();
        if is_grpc(headers) && request.method() == Method::POST {
            let single = !self.client_streams.contains(&request.uri().path());
            let guard = CallGuard::new(WireProtocol::Grpc, Arc::clone(conn), timeout(headers));
            let request = request.map(|body| RequestBody::new(body, single, settings.message_bytes));
            let route = Route::Grpc(self.grpc.clone().call(request), None);
            return Call::new(route, guard, single.then_some(settings.single));
        }
        let guard = CallGuard::new(WireProtocol::of(headers), Arc::clone(conn), None);
        let request = request.map(|body| Inbound::new(body, None));
        let route = Route::Page(Box::pin(self.pages.clone().call(request)), None);
        Call::new(route, guard, Some(settings.single))
    }
}
