//! Reads a response that comes in envelopes: messages, then the end, wherever the protocol puts it.

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::envelope::{COMPRESSED, CONNECT_END, Envelopes, WEB_TRAILERS};
use super::gzip;
use super::request::Shape;
use super::{Code, End, Rpc, WireProtocol};

/// A response under way.
#[derive(Debug)]
pub(super) struct Reading {
    protocol: WireProtocol,
    status: StatusCode,
    headers: HeaderMap,
    /// The content type isn't the protocol's: what the body holds is no envelope.
    foreign: bool,
    envelopes: Envelopes,
    /// What an envelope said of the end.
    end: Option<End>,
    /// Compressed messages may come: the request was compressed.
    pub(super) unpacks: bool,
}

impl Reading {
    pub(super) fn new(protocol: WireProtocol, head: &Parts) -> Self {
        let content_type = head.headers.get("content-type").and_then(|value| value.to_str().ok());
        let foreign = !belongs(protocol, content_type.unwrap_or_default());
        Self {
            protocol,
            status: head.status,
            headers: head.headers.clone(),
            foreign,
            envelopes: Envelopes::default(),
            end: None,
            unpacks: false,
        }
    }

    /// Takes in a piece of the body and gives the messages that are whole now.
    pub(super) fn push(&mut self, data: &[u8]) -> Result<Vec<Bytes>, String> {
        if self.foreign || self.status != StatusCode::OK {
            return Ok(Vec::new());
        }
        self.envelopes.push(data);
        let mut messages = Vec::new();
        while let Some((mut flags, mut message)) = self.envelopes.next()? {
            if flags & COMPRESSED != 0 && self.unpacks {
                message = gzip::unpacked(&message)?;
                flags &= !COMPRESSED;
            }
            if self.end.is_some() {
                return Err("an envelope behind the one that ends the stream".to_owned());
            }
            match (self.protocol.rpc, flags) {
                (_, 0) => messages.push(message),
                (Rpc::Connect, CONNECT_END) => self.end = Some(of_connect(&message)),
                (Rpc::GrpcWeb, WEB_TRAILERS) => self.end = Some(of_web(&message)),
                (_, COMPRESSED) => return Err("a compressed message, which nobody had asked for".to_owned()),
                _ => return Err(format!("an envelope with the flags {flags:#04x}")),
            }
        }
        Ok(messages)
    }

    /// The end, once the body is over.
    pub(super) fn end(self, trailers: Option<&HeaderMap>) -> End {
        // gRPC ends in the trailers, or in the headers of a response that is nothing but an end.
        let of_headers = || match self.protocol.rpc {
            Rpc::Connect => None,
            Rpc::Grpc | Rpc::GrpcWeb => trailers.and_then(of_grpc).or_else(|| of_grpc(&self.headers)),
        };
        if self.envelopes.open() > 0 {
            return End::Broken(format!("the stream ended {} bytes into an envelope", self.envelopes.open()));
        }
        if let Some(end) = self.end.clone().or_else(of_headers) {
            return end;
        }
        if self.status != StatusCode::OK {
            return End::Status(Code::of_http(self.status), format!("HTTP status {}", self.status));
        }
        if self.foreign {
            let found = self.headers.get("content-type");
            return End::Broken(format!("a response of the content type {found:?}"));
        }
        End::Broken("the response ended without a status".to_owned())
    }
}

/// Whether a response's content type is one that the protocol has for streams.
fn belongs(protocol: WireProtocol, content_type: &str) -> bool {
    let content_type = content_type.split(';').next().unwrap_or_default().trim();
    let expected = super::request::content_type(protocol, Shape::Streaming);
    let short = match protocol.rpc {
        Rpc::Grpc => "application/grpc",
        Rpc::GrpcWeb => "application/grpc-web",
        Rpc::Connect => expected,
    };
    content_type.eq_ignore_ascii_case(expected) || content_type.eq_ignore_ascii_case(short)
}

/// `grpc-status` and `grpc-message`.
fn of_grpc(headers: &HeaderMap) -> Option<End> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let code = Code::numbered(text("grpc-status")?)?;
    Some(End::Status(code, unescaped(text("grpc-message").unwrap_or_default())))
}

/// The trailers that gRPC-Web puts into the body.
fn of_web(block: &[u8]) -> End {
    let block = String::from_utf8_lossy(block);
    let field = |wanted: &str| {
        let mut lines = block.split("\r\n").filter_map(|line| line.split_once(':'));
        lines.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
    };
    match field("grpc-status").and_then(Code::numbered) {
        Some(code) => End::Status(code, unescaped(field("grpc-message").unwrap_or_default())),
        None => End::Broken(format!("trailers without a status: {block:?}")),
    }
}

/// The JSON that ends a stream in Connect.
fn of_connect(json: &[u8]) -> End {
    let Ok(Value::Object(end)) = serde_json::from_slice(json) else {
        return End::Broken(format!(
            "an end of the stream that is no object: {:?}",
            Bytes::copy_from_slice(json)
        ));
    };
    end.get("error").map_or(End::OK, of_error)
}

/// A Connect error.
pub(super) fn of_error(error: &Value) -> End {
    let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    End::Status(Code::named(text("code")), text("message").to_owned())
}

/// `%xx` of a `grpc-message`.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.filter(|_| byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(escaped) => {
                bytes.push(escaped);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use http::Response;

    use super::super::envelope::seal;
    use super::super::{Codec, Http};
    use super::*;

    #[track_caller]
    fn check(
        protocol: WireProtocol,
        headers: &[(&str, &str)],
        body: &[u8],
        trailers: &[(&str, &str)],
        end: End,
    ) {
        let mut head = Response::builder();
        for (name, value) in headers {
            head = head.header(*name, *value);
        }
        let mut reading = Reading::new(protocol, &head.body(()).unwrap().into_parts().0);
        let ended = match reading.push(body) {
            Err(broken) => End::Broken(broken),
            Ok(_) => {
                let trailers: HeaderMap = trailers
                    .iter()
                    .map(|(name, value)| (name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap()))
                    .collect();
                reading.end(Some(&trailers).filter(|trailers| !trailers.is_empty()))
            }
        };
        assert_eq!(ended, end);
    }

    const GRPC: (&str, &str) = ("content-type", "application/grpc");
    const WEB: (&str, &str) = ("content-type", "application/grpc-web+proto");
    const CONNECT: (&str, &str) = ("content-type", "application/connect+json; charset=utf-8");
    const IN_JSON: WireProtocol = WireProtocol { rpc: Rpc::Connect, codec: Codec::Json, http: Http::Two };

    #[test]
    fn grpc_ends_in_trailers_or_in_headers_alone() {
        check(WireProtocol::GRPC, &[GRPC], &seal(0, b"x"), &[("grpc-status", "0")], End::OK);
        let aborted = End::Status(Code::ABORTED, "taken over: 100%".to_owned());
        let words = ("grpc-message", "taken%20over: 100%25");
        check(WireProtocol::GRPC, &[GRPC], b"", &[("grpc-status", "10"), words], aborted.clone());
        check(WireProtocol::GRPC, &[GRPC, ("grpc-status", "10"), words], b"", &[], aborted);
    }

    #[test]
    fn grpc_web_ends_in_an_envelope() {
        let protocol = WireProtocol::grpc_web(Http::One);
        let end = seal(WEB_TRAILERS, b"grpc-status: 12\r\nGrpc-Message:no%20such thing\r\n");
        let whole = [seal(0, b"x"), end].concat();
        check(protocol, &[WEB], &whole, &[], End::Status(Code::UNIMPLEMENTED, "no such thing".to_owned()));
    }

    #[test]
    fn connect_ends_in_json() {
        check(IN_JSON, &[CONNECT], &seal(CONNECT_END, b"{}"), &[], End::OK);
        let error = br#"{"error": {"code": "aborted", "message": "taken over"}, "metadata": {}}"#;
        let aborted = End::Status(Code::ABORTED, "taken over".to_owned());
        check(IN_JSON, &[CONNECT], &seal(CONNECT_END, error), &[], aborted);
    }

    #[test]
    fn compressed_messages_are_read_where_the_request_was_one() {
        let head = || Response::builder().header(GRPC.0, GRPC.1).body(()).unwrap().into_parts().0;
        let body = seal(COMPRESSED, &gzip::packed(b"x"));
        let mut reading = Reading::new(WireProtocol::GRPC, &head());
        assert_eq!(reading.push(&body), Err("a compressed message, which nobody had asked for".to_owned()));
        let mut reading = Reading::new(WireProtocol::GRPC, &head());
        reading.unpacks = true;
        assert_eq!(reading.push(&body), Ok(vec![Bytes::from_static(b"x")]));
    }

    #[test]
    fn stream_without_an_end_is_broken() {
        let no_status = || End::Broken("the response ended without a status".to_owned());
        check(WireProtocol::GRPC, &[GRPC], &seal(0, b"x"), &[], no_status());
        check(IN_JSON, &[CONNECT], &seal(0, b"{}"), &[("grpc-status", "0")], no_status());
        let cut = End::Broken("the stream ended 3 bytes into an envelope".to_owned());
        check(WireProtocol::GRPC, &[GRPC], &[0, 0, 0], &[("grpc-status", "0")], cut);
        let behind = [seal(CONNECT_END, b"{}"), seal(0, b"{}")].concat();
        let late = End::Broken("an envelope behind the one that ends the stream".to_owned());
        check(IN_JSON, &[CONNECT], &behind, &[], late);
    }
}
