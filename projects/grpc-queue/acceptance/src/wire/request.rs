//! The head of a request, as each protocol has it.

use http::header::{CONTENT_TYPE, TE};
use http::request::Builder;
use http::{Method, Request};

use super::connection::{Connection, Outgoing};
use super::{Codec, Dialect, Http, Protocol};

/// The service that the exercise is about.
pub(crate) const ELIZA: &str = "connectrpc.eliza.v1.ElizaService";

/// Whether a procedure sends one message each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Unary,
    Streaming,
}

/// A POST to `path` (`/service/Procedure`), without its body.
pub(super) fn head(connection: &Connection, dialect: Dialect, shape: Shape, path: &str) -> Builder {
    let builder = bare(connection, Method::POST, path).header(CONTENT_TYPE, content_type(dialect, shape));
    match dialect.protocol {
        Protocol::Grpc => builder.header(TE, "trailers"),
        Protocol::GrpcWeb => builder.header("x-grpc-web", "1"),
        Protocol::Connect => builder.header("connect-protocol-version", "1"),
    }
}

/// A request with nothing but what HTTP itself asks for.
pub(super) fn bare(connection: &Connection, method: Method, target: &str) -> Builder {
    let authority = &connection.authority;
    match connection.http {
        Http::One => Request::builder().method(method).uri(target).header("host", authority),
        Http::Two => Request::builder().method(method).uri(format!("http://{authority}{target}")),
    }
}

/// The header that says how a request is compressed.
pub(super) fn encoding(dialect: Dialect, shape: Shape) -> &'static str {
    match (dialect.protocol, shape) {
        (Protocol::Connect, Shape::Unary) => "content-encoding",
        (Protocol::Connect, Shape::Streaming) => "connect-content-encoding",
        _ => "grpc-encoding",
    }
}

pub(super) fn content_type(dialect: Dialect, shape: Shape) -> &'static str {
    match (dialect.protocol, dialect.codec, shape) {
        (Protocol::Grpc, Codec::Proto, _) => "application/grpc+proto",
        (Protocol::Grpc, Codec::Json, _) => "application/grpc+json",
        (Protocol::GrpcWeb, Codec::Proto, _) => "application/grpc-web+proto",
        (Protocol::GrpcWeb, Codec::Json, _) => "application/grpc-web+json",
        (Protocol::Connect, Codec::Proto, Shape::Unary) => "application/proto",
        (Protocol::Connect, Codec::Json, Shape::Unary) => "application/json",
        (Protocol::Connect, Codec::Proto, Shape::Streaming) => "application/connect+proto",
        (Protocol::Connect, Codec::Json, Shape::Streaming) => "application/connect+json",
    }
}

/// A whole request.
pub(super) fn with_body(builder: Builder, body: Outgoing) -> Request<Outgoing> {
    builder.body(body).expect("the suite's own headers are valid")
}
