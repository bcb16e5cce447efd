//! A call of one message each way, and a plain HTTP request.

use bytes::Bytes;
use http::request::Builder;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::Value;

use super::connection::{Connection, Outgoing};
use super::envelope::{COMPRESSED, seal};
use super::gzip;
use super::reading::{Reading, of_error};
use super::request::{self, Shape, head, with_body};
use super::stream::chain;
use super::{Code, End, Rpc, WireProtocol};

/// A call that is to be made.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// What is spoken.
    pub protocol: WireProtocol,
    /// `/service/Procedure`.
    pub path: &'a str,
    /// The message, encoded.
    pub message: Bytes,
    /// Compress it with gzip.
    pub compressed: bool,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The messages, still encoded: one, when all is well.
    pub messages: Vec<Bytes>,
    /// How the call ended.
    pub end: End,
    /// The whole body as it came.
    pub body: Bytes,
}

impl Answered {
    /// Whether the body itself names this code, as an error of Connect does.
    pub fn says(&self, code: Code) -> bool {
        let error: Option<Value> = serde_json::from_slice(&self.body).ok();
        error.is_some_and(|error| error.get("code").is_some() && of_error(&error).is(code))
    }
}

impl Call<'_> {
    /// Makes the call; the error is what broke it.
    pub async fn send(&self, connection: &Connection) -> Result<Answered, String> {
        let mut builder = head(connection, self.protocol, Shape::Unary, self.path);
        let mut message = self.message.clone();
        if self.compressed {
            builder = builder.header(request::encoding(self.protocol, Shape::Unary), "gzip");
            message = gzip::packed(&message);
        }
        if self.protocol.rpc == Rpc::Connect {
            return unwrapped(connection, builder, message, self.compressed).await;
        }
        let sealed = seal(if self.compressed { COMPRESSED } else { 0 }, &message);
        let (parts, body, trailers) = exchange(connection, builder, sealed).await?;
        let mut reading = Reading::new(self.protocol, &parts);
        reading.unpacks = self.compressed;
        let (messages, end) = match reading.push(&body) {
            Ok(messages) => (messages, reading.end(trailers.as_ref())),
            Err(broken) => (Vec::new(), End::Broken(broken)),
        };
        Ok(Answered { status: parts.status, headers: parts.headers, messages, end, body })
    }
}

/// A request as a browser or curl sends it. The end is read as Connect has it for a call without a stream.
pub async fn plain(
    connection: &Connection,
    method: Method,
    target: &str,
    headers: &[(&str, &str)],
    body: Bytes,
) -> Result<Answered, String> {
    let builder = request::bare(connection, method, target);
    let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
    unwrapped(connection, builder, body, false).await
}

/// A message that is the whole body, there and back. Who sends gzip reads it as well.
async fn unwrapped(
    connection: &Connection,
    builder: Builder,
    body: Bytes,
    unpacks: bool,
) -> Result<Answered, String> {
    let (parts, mut body, _) = exchange(connection, builder, body).await?;
    if unpacks && parts.headers.get("content-encoding").is_some_and(|encoding| encoding == "gzip") {
        body = gzip::unpacked(&body)?;
    }
    let mut messages = Vec::new();
    let end = if parts.status.is_success() {
        messages.push(body.clone());
        End::OK
    } else {
        let error: Option<Value> = serde_json::from_slice(&body).ok();
        error.filter(|error| error.get("code").is_some()).as_ref().map_or_else(
            || End::Status(Code::of_http(parts.status), format!("HTTP status {}", parts.status)),
            of_error,
        )
    };
    Ok(Answered { status: parts.status, headers: parts.headers, messages, end, body })
}

/// One request and the whole of its response.
async fn exchange(
    connection: &Connection,
    builder: Builder,
    body: Bytes,
) -> Result<(http::response::Parts, Bytes, Option<HeaderMap>), String> {
    let broken = |error: hyper::Error| format!("the connection broke: {}", chain(&error));
    let body: Outgoing = Full::new(body).map_err(|never| match never {}).boxed_unsync();
    let (parts, body) = connection.send(with_body(builder, body)).await.map_err(broken)?.into_parts();
    let collected = body.collect().await.map_err(broken)?;
    let trailers = collected.trailers().cloned();
    Ok((parts, collected.to_bytes(), trailers))
}
