//! The end of a call that its handler doesn't end, as each protocol encodes it.

use bytes::{BufMut, Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body::Frame;

/// Why the transport ends a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallFailure {
    /// The handler panicked.
    Panicked,
    /// The client's deadline has passed.
    Late,
    /// The request didn't come to an end, or its handler didn't.
    Slow,
    /// The shutdown has reached its deadline.
    Shutdown,
}

impl CallFailure {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Panicked => "internal",
            Self::Late | Self::Slow => "deadline_exceeded",
            Self::Shutdown => "unavailable",
        }
    }

    /// Plain ASCII without a percent sign or a quote, so that headers and JSON need no escaping.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Panicked => "the service failed",
            Self::Late => "the deadline has passed",
            Self::Slow => "the request took too long",
            Self::Shutdown => "the service is shutting down",
        }
    }

    fn grpc_status(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Panicked => "13",
            Self::Late | Self::Slow => "4",
            Self::Shutdown => "14",
        })
    }

    fn http_status(self) -> StatusCode {
        match self {
            Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Late | Self::Slow => StatusCode::GATEWAY_TIMEOUT,
            Self::Shutdown => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn trailers(self) -> HeaderMap {
        let mut trailers = HeaderMap::with_capacity(2);
        trailers.insert("grpc-status", self.grpc_status());
        trailers.insert("grpc-message", HeaderValue::from_static(self.message()));
        trailers
    }

    fn json(self) -> String {
        format!(r#"{{"code":"{}","message":"{}"}}"#, self.code(), self.message())
    }
}

/// What a call speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WireProtocol {
    /// gRPC: the status is in the trailers.
    Grpc,
    /// gRPC-Web, with its content type: the status is in the last envelope.
    GrpcWeb(HeaderValue),
    /// Connect's streams, with their content type: the error is in the last envelope.
    ConnectStream(HeaderValue),
    /// Connect's unary calls and pages: the error is the body, with a status of HTTP.
    Plain,
}

impl WireProtocol {
    /// The protocol of a request with this content type.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let Some(kind) = headers.get(CONTENT_TYPE) else {
            return Self::Plain;
        };
        let bytes = kind.as_bytes();
        if bytes.starts_with(b"application/grpc-web") {
            Self::GrpcWeb(kind.clone())
        } else if bytes.starts_with(b"application/grpc") {
            Self::Grpc
        } else if bytes.starts_with(b"application/connect+") {
            Self::ConnectStream(kind.clone())
        } else {
            Self::Plain
        }
    }

    /// A whole reply that says `failure`: its head, and its body in one piece.
    pub(crate) fn reply(&self, failure: CallFailure) -> Response<Bytes> {
        let (kind, body) = match self {
            Self::Grpc => (HeaderValue::from_static("application/grpc"), Bytes::new()),
            Self::GrpcWeb(kind) => (kind.clone(), Bytes::new()),
            Self::ConnectStream(kind) => (kind.clone(), envelope(2, &connect_end(failure))),
            Self::Plain => (HeaderValue::from_static("application/json"), failure.json().into()),
        };
        let mut reply = Response::new(body);
        match self {
            Self::Grpc | Self::GrpcWeb(_) => *reply.headers_mut() = failure.trailers(),
            Self::ConnectStream(_) => {}
            Self::Plain => *reply.status_mut() = failure.http_status(),
        }
        reply.headers_mut().insert(CONTENT_TYPE, kind);
        reply
    }

    /// The frame that ends a body that has begun. A plain body has none: it can only be broken off.
    pub(crate) fn last(&self, failure: CallFailure) -> Option<Frame<Bytes>> {
        match self {
            Self::Grpc => Some(Frame::trailers(failure.trailers())),
            Self::GrpcWeb(_) => Some(Frame::data(envelope(0x80, &web_trailers(failure)))),
            Self::ConnectStream(_) => Some(Frame::data(envelope(2, &connect_end(failure)))),
            Self::Plain => None,
        }
    }
}

fn web_trailers(failure: CallFailure) -> String {
    failure
        .trailers()
        .iter()
        .map(|(name, value)| format!("{name}: {}\r\n", String::from_utf8_lossy(value.as_bytes())))
        .collect()
}

fn connect_end(failure: CallFailure) -> String {
    format!(r#"{{"error":{}}}"#, failure.json())
}

fn envelope(flags: u8, payload: &str) -> Bytes {
    let length = u32::try_from(payload.len()).expect("the text of an failure is short");
    let mut bytes = BytesMut::with_capacity(5 + payload.len());
    bytes.put_u8(flags);
    bytes.put_u32(length);
    bytes.put_slice(payload.as_bytes());
    bytes.freeze()
}
