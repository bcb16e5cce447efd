//! The services behind the port.

use std::convert::Infallible;
use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, Response};
use hyper::body::Incoming;

use crate::conn_state::ConnState;
use crate::reply::Reply;
use crate::settings::Settings;

/// The services that a [`Server`](crate::Server) serves: a [`GrpcStack`](crate::GrpcStack) or, with the feature
/// `connect`, a `Stack`. It can't be implemented elsewhere.
pub trait Services: Send + Sync + 'static {
    /// One call, until the head of its reply.
    #[doc(hidden)]
    type Call: Future<Output = Result<Response<Reply>, Infallible>> + Send + 'static;

    /// Begins a call.
    #[doc(hidden)]
    fn call(&self, request: Request<Incoming>, conn: &Arc<ConnState>, settings: &Settings) -> Self::Call;
}

/// Native gRPC with protobuf. Other codecs, and gRPC-Web, aren't tonic's.
pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| matches!(kind.as_bytes(), b"application/grpc" | b"application/grpc+proto"))
}
