//! Clients for plain HTTP, gRPC, gRPC-Web and Connect, on HTTP/1.1 and HTTP/2, with and without TLS. Written for suites:
//! they must not share a mistake with a library that the judged server is built on. Knows no service and no check.

mod code;
mod connection;
mod envelope;
mod gzip;
mod reading;
mod request;
mod stream;
#[cfg(feature = "tls")]
mod tls;
mod unary;

use std::fmt;

pub use self::code::{Code, End};
pub use self::connection::Connection;
pub use self::stream::{Event, Stream};
#[cfg(feature = "tls")]
pub use self::tls::TlsClient;
pub use self::unary::{Answered, Call, plain};

/// What is spoken on top of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rpc {
    /// gRPC.
    Grpc,
    /// gRPC-Web.
    GrpcWeb,
    /// Connect.
    Connect,
}

/// How messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// Protobuf.
    Proto,
    /// JSON.
    Json,
}

/// The version of HTTP: 2 with prior knowledge, or over TLS by ALPN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Http {
    /// HTTP/1.1.
    One,
    /// HTTP/2.
    Two,
}

/// What is spoken with a server: a protocol for calls, how its messages are encoded, and the version of HTTP below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireProtocol {
    /// The protocol for calls.
    pub rpc: Rpc,
    /// How messages are encoded.
    pub codec: Codec,
    /// The version of HTTP.
    pub http: Http,
}

impl WireProtocol {
    /// gRPC in protobuf, on HTTP/2.
    pub const GRPC: Self = Self { rpc: Rpc::Grpc, codec: Codec::Proto, http: Http::Two };

    /// gRPC-Web in protobuf.
    pub const fn grpc_web(http: Http) -> Self {
        Self { rpc: Rpc::GrpcWeb, codec: Codec::Proto, http }
    }

    /// Connect in JSON.
    pub const fn connect_json(http: Http) -> Self {
        Self { rpc: Rpc::Connect, codec: Codec::Json, http }
    }

    /// Connect in protobuf.
    pub const fn connect_proto(http: Http) -> Self {
        Self { rpc: Rpc::Connect, codec: Codec::Proto, http }
    }

    /// The content types that the response to a call of one message may have.
    pub fn content_types(self) -> &'static [&'static str] {
        match (self.rpc, self.codec) {
            (Rpc::Grpc, _) => &["application/grpc", "application/grpc+proto"],
            (Rpc::GrpcWeb, _) => &["application/grpc-web", "application/grpc-web+proto"],
            (Rpc::Connect, Codec::Json) => &["application/json"],
            (Rpc::Connect, Codec::Proto) => &["application/proto"],
        }
    }
}

impl fmt::Display for WireProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let http = match self.http {
            Http::One => "HTTP/1.1",
            Http::Two => "HTTP/2",
        };
        match (self.rpc, self.codec) {
            (Rpc::Grpc, _) => write!(f, "gRPC"),
            (Rpc::GrpcWeb, _) => write!(f, "gRPC-Web on {http}"),
            (Rpc::Connect, Codec::Json) => write!(f, "Connect in JSON on {http}"),
            (Rpc::Connect, Codec::Proto) => write!(f, "Connect in protobuf on {http}"),
        }
    }
}
