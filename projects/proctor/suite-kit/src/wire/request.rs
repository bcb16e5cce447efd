//! The head of a request, as each protocol has it.

use http::header::{CONTENT_TYPE, TE};
use http::request::Builder;
use http::{Method, Request};

use super::connection::{Connection, Outgoing};
use super::{Codec, Http, Rpc, WireProtocol};

/// Whether a procedure sends one message each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Unary,
    Streaming,
}

/// A POST to `path` (`/service/Procedure`), without its body.
pub(super) fn head(connection: &Connection, protocol: WireProtocol, shape: Shape, path: &str) -> Builder {
    let builder = bare(connection, Method::POST, path).header(CONTENT_TYPE, content_type(protocol, shape));
    match protocol.rpc {
        Rpc::Grpc => builder.header(TE, "trailers"),
        Rpc::GrpcWeb => builder.header("x-grpc-web", "1"),
        Rpc::Connect => builder.header("connect-protocol-version", "1"),
    }
}

/// A request with nothing but what HTTP itself asks for.
pub(super) fn bare(connection: &Connection, method: Method, target: &str) -> Builder {
    let authority = &connection.authority;
    match connection.http {
        Http::One => Request::builder().method(method).uri(target).header("host", authority),
        Http::Two => {
            Request::builder().method(method).uri(format!("{}://{authority}{target}", connection.scheme))
        }
    }
}

/// The header that says how a request is compressed.
pub(super) fn encoding(protocol: WireProtocol, shape: Shape) -> &'static str {
    match (protocol.rpc, shape) {
        (Rpc::Connect, Shape::Unary) => "content-encoding",
        (Rpc::Connect, Shape::Streaming) => "connect-content-encoding",
        _ => "grpc-encoding",
    }
}

pub(super) fn content_type(protocol: WireProtocol, shape: Shape) -> &'static str {
    match (protocol.rpc, protocol.codec, shape) {
        (Rpc::Grpc, Codec::Proto, _) => "application/grpc+proto",
        (Rpc::Grpc, Codec::Json, _) => "application/grpc+json",
        (Rpc::GrpcWeb, Codec::Proto, _) => "application/grpc-web+proto",
        (Rpc::GrpcWeb, Codec::Json, _) => "application/grpc-web+json",
        (Rpc::Connect, Codec::Proto, Shape::Unary) => "application/proto",
        (Rpc::Connect, Codec::Json, Shape::Unary) => "application/json",
        (Rpc::Connect, Codec::Proto, Shape::Streaming) => "application/connect+proto",
        (Rpc::Connect, Codec::Json, Shape::Streaming) => "application/connect+json",
    }
}

/// A whole request.
pub(super) fn with_body(builder: Builder, body: Outgoing) -> Request<Outgoing> {
    builder.body(body).expect("the suite's own headers are valid")
}
