//! gRPC, gRPC-Web, Connect and pages: which of three services a request is for.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use connectrpc::{CompressionRegistry, ConnectRpcService, Dispatcher, MethodKind, Protocol};
use http::header::ORIGIN;
use http::{Method, Request, Response, Version};
use hyper::body::Incoming;
use tonic::server::NamedService;
use tower::Service;

use crate::call::{Call, Route};
use crate::call_failure::WireProtocol;
use crate::call_guard::CallGuard;
use crate::conn_state::ConnState;
use crate::grpc::{Compressor, RequestBody, timeout};
use crate::inbound::Inbound;
use crate::services::{Services, is_grpc};
use crate::settings::Settings;
use crate::web;

/// The services behind one port.
///
/// `grpc` is a service that tonic has generated. It answers native gRPC (`application/grpc`, `application/grpc+proto`)
/// to its own procedures. It should accept what encodings it can read and send none, because replies are compressed
/// here, and its messages may decode to as many bytes as [`Settings::message_bytes`]:
///
/// ```text
/// ElizaServiceServer::new(eliza)
///     .accept_compressed(CompressionEncoding::Gzip)
///     .accept_compressed(CompressionEncoding::Zstd)
///     .max_decoding_message_size(settings.message_bytes)
/// ```
///
/// `connect` (see [`connect`](crate::connect())) answers every other protocol to the same procedures, and every
/// protocol to those that it alone has, such as health and reflection. `pages` gets the rest; what it has no route for
/// goes back to `connect`, which says in each protocol that there is no such procedure.
pub struct Stack<G, D> {
    grpc: G,
    connect: ConnectRpcService<D>,
    /// `connect` for requests from pages, with the headers that these need.
    browser: Router,
    pages: Router,
    encodings: CompressionRegistry,
}

impl<G, D: Dispatcher> Stack<G, D> {
    /// Puts the services behind one another.
    pub fn new(grpc: G, connect: ConnectRpcService<D>, pages: Router) -> Self {
        let browser = web::any_origin(Router::new().fallback_service(connect.clone()));
        Self {
            grpc,
            // A page of another origin may know that there is no such procedure, too.
            pages: pages.fallback_service(browser.clone()),
            browser,
            connect,
            encodings: CompressionRegistry::default(),
        }
    }
}

impl<G, D> std::fmt::Debug for Stack<G, D> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Stack").finish_non_exhaustive()
    }
}

impl<G, D> Services for Stack<G, D>
where
    G: Service<Request<RequestBody>, Response = Response<tonic::body::Body>, Error = Infallible>
        + NamedService
        + Clone
        + Send
        + Sync
        + 'static,
    G::Future: Unpin + Send + 'static,
    D: Dispatcher,
{
    type Call = Call<G::Future>;

    fn call(&self, request: Request<Incoming>, conn: &Arc<ConnState>, settings: &Settings) -> Self::Call {
        let path = request.uri().path();
        let procedure = self.connect.dispatcher().lookup(&path[1.min(path.len())..]);
        let headers = request.headers();
        let kind = procedure.map(|procedure| procedure.kind);
        let single = matches!(kind, Some(MethodKind::Unary | MethodKind::ServerStreaming));
        let many = kind.is_some() && !single;
        let streamed = many && self.is_streamed(&request);
        let within = (!streamed).then_some(settings.single);

        let allowed = procedure.map(|procedure| if procedure.idempotent { "GET, POST" } else { "POST" });
        if is_grpc(headers) && names::<G>(path) && request.method() == Method::POST {
            let guard = CallGuard::new(WireProtocol::Grpc, Arc::clone(conn), timeout(headers));
            let compressor = Compressor::for_client(headers, &self.encodings, settings.compress_from);
            let limit = settings.message_bytes;
            let request = request.map(|body| RequestBody::new(body, single, limit));
            let route = Route::Grpc(self.grpc.clone().call(request), compressor);
            return Call::new(route, guard, within);
        }

        // connectrpc keeps the deadlines of what it answers.
        let mut guard = CallGuard::new(WireProtocol::of(headers), Arc::clone(conn), None);
        let ended = (many && request.version() == Version::HTTP_2).then(|| guard.ended());
        let from_page = headers.contains_key(ORIGIN);
        let request = request.map(|body| Inbound::new(body, ended));
        let route = if procedure.is_none() {
            let mut pages = self.pages.clone();
            Route::Page(Box::pin(pages.call(request)), None)
        } else if from_page {
            let mut browser = self.browser.clone();
            Route::Page(Box::pin(browser.call(request)), allowed)
        } else {
            Route::Connect(self.connect.clone().call(request), allowed)
        };
        Call::new(route, guard, within)
    }
}

impl<G, D> Stack<G, D> {
    /// Whether a request to a procedure that takes a stream brings one that can be read. Any other is read to its end,
    /// and then refused.
    fn is_streamed<B>(&self, request: &Request<B>) -> bool {
        let headers = request.headers();
        let encoding = ENCODINGS.iter().find_map(|name| headers.get(*name));
        let readable = encoding.is_none_or(|name| {
            name.to_str().is_ok_and(|name| name == "identity" || self.encodings.supports(name))
        });
        let protocol = Protocol::detect(headers);
        let streamed = protocol.is_some_and(|found| found.is_streaming && !found.is_text_mode);
        request.method() == Method::POST && streamed && readable
    }
}

/// Where a stream names the encoding of its messages.
const ENCODINGS: [&str; 2] = ["grpc-encoding", "connect-content-encoding"];

/// Is the path one of the service's procedures, or would be if it had it?
fn names<G: NamedService>(path: &str) -> bool {
    path.strip_prefix('/')
        .and_then(|path| path.strip_prefix(G::NAME))
        .is_some_and(|path| path.starts_with('/'))
}
