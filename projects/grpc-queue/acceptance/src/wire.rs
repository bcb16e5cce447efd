//! A client of its own for gRPC, gRPC-Web and Connect: the suite must not share a mistake with a library that the
//! judged server stands on. Knows no procedure and no check.

mod code;
mod connection;
mod envelope;
mod gzip;
mod message;
mod reading;
mod request;
mod stream;
mod unary;

use std::fmt;

pub(crate) use self::code::{Code, End};
pub(crate) use self::connection::Connection;
pub(crate) use self::message::{Ask, Said};
pub(crate) use self::request::ELIZA;
pub(crate) use self::stream::{Event, Stream};
pub(crate) use self::unary::{Answered, Call, plain};

/// What is spoken on top of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Grpc,
    GrpcWeb,
    Connect,
}

/// How messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    Proto,
    Json,
}

/// The version of HTTP. Both without TLS; 2 with prior knowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Http {
    One,
    Two,
}

/// One way to speak with a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) protocol: Protocol,
    pub(crate) codec: Codec,
    pub(crate) http: Http,
}

impl Dialect {
    pub(crate) const GRPC: Self = Self { protocol: Protocol::Grpc, codec: Codec::Proto, http: Http::Two };

    pub(crate) const fn grpc_web(http: Http) -> Self {
        Self { protocol: Protocol::GrpcWeb, codec: Codec::Proto, http }
    }

    pub(crate) const fn connect_json(http: Http) -> Self {
        Self { protocol: Protocol::Connect, codec: Codec::Json, http }
    }

    pub(crate) const fn connect_proto(http: Http) -> Self {
        Self { protocol: Protocol::Connect, codec: Codec::Proto, http }
    }

    /// The content types that the response to a call of one message may have.
    pub(crate) fn content_types(self) -> &'static [&'static str] {
        match (self.protocol, self.codec) {
            (Protocol::Grpc, _) => &["application/grpc", "application/grpc+proto"],
            (Protocol::GrpcWeb, _) => &["application/grpc-web", "application/grpc-web+proto"],
            (Protocol::Connect, Codec::Json) => &["application/json"],
            (Protocol::Connect, Codec::Proto) => &["application/proto"],
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let http = match self.http {
            Http::One => "HTTP/1.1",
            Http::Two => "HTTP/2",
        };
        match (self.protocol, self.codec) {
            (Protocol::Grpc, _) => write!(f, "gRPC"),
            (Protocol::GrpcWeb, _) => write!(f, "gRPC-Web on {http}"),
            (Protocol::Connect, Codec::Json) => write!(f, "Connect in JSON on {http}"),
            (Protocol::Connect, Codec::Proto) => write!(f, "Connect in protobuf on {http}"),
        }
    }
}
