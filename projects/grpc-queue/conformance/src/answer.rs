//! What is answered to a request of the suite, whatever the protocol.
//!
//! Each request carries the reply that it wants, and each reply what was seen of the request. The replies of all
//! procedures have one shape, a payload in field 1, so that a payload is all that is made here.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use http::{HeaderMap, HeaderName, HeaderValue};
use prost::Message;

use crate::messages::prost::conformance_payload::RequestInfo;
use crate::messages::prost::unary_response_definition::Response;
use crate::messages::prost::{
    BidiStreamRequest, ConformancePayload, Error, Header, ServerStreamRequest, StreamResponseDefinition,
    UnaryRequest,
};
use crate::script::Script;

/// The messages of a request, encoded; `E` is what the transport says when it breaks.
pub(crate) type Requests<E> = BoxStream<'static, Result<Bytes, E>>;

/// A procedure that answers. The name of its request follows from its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Procedure {
    Unary,
    IdempotentUnary,
    ClientStream,
    ServerStream,
    BidiStream,
}

/// Why the replies end early.
#[derive(Debug)]
pub(crate) enum Ended<E> {
    /// The request wants this error.
    Asked(Error),
    /// The request broke off.
    Broken(E),
}

/// A reply.
pub(crate) struct Answer<E> {
    pub(crate) headers: HeaderMap,
    pub(crate) trailers: HeaderMap,
    pub(crate) replies: BoxStream<'static, Result<ConformancePayload, Ended<E>>>,
}

/// Answers a call of `procedure`, of which `seen` was seen before its messages.
pub(crate) async fn answer<E: Send + 'static>(
    procedure: Procedure,
    seen: RequestInfo,
    mut requests: Requests<E>,
) -> Result<Answer<E>, E> {
    let mut script = Script::new(procedure, seen);
    let wanted = match procedure {
        Procedure::Unary | Procedure::IdempotentUnary | Procedure::ClientStream => {
            let requests: Vec<Bytes> = requests.try_collect().await?;
            script.saw(&requests);
            once(requests.first())
        }
        Procedure::ServerStream => {
            let requests: Vec<Bytes> = requests.try_collect().await?;
            script.saw(&requests);
            let request: ServerStreamRequest = decoded(requests.first());
            request.response_definition.unwrap_or_default()
        }
        Procedure::BidiStream => {
            let first = requests.try_next().await?;
            let request: BidiStreamRequest = decoded(first.as_ref());
            let requests = stream::iter(first.map(Ok)).chain(requests).boxed();
            if request.full_duplex {
                script.dialogue = Some(requests);
            } else {
                script.saw(&requests.try_collect::<Vec<_>>().await?);
            }
            request.response_definition.unwrap_or_default()
        }
    };
    script.data = wanted.response_data.into();
    script.delay = Duration::from_millis(wanted.response_delay_ms.into());
    script.error = wanted.error;
    Ok(Answer {
        headers: header_map(&wanted.response_headers),
        trailers: header_map(&wanted.response_trailers),
        replies: stream::unfold(script, async |mut script| {
            let reply = script.next().await?;
            Some((reply, script))
        })
        .boxed(),
    })
}

/// What a single reply is to be, in the form of the others. The three requests for one have the same shape.
fn once(request: Option<&Bytes>) -> StreamResponseDefinition {
    let request: UnaryRequest = decoded(request);
    let wanted = request.response_definition.unwrap_or_default();
    let (response_data, error) = match wanted.response {
        Some(Response::Error(error)) => (Vec::new(), Some(error)),
        Some(Response::ResponseData(data)) => (vec![data], None),
        // One reply is due even where nothing is wanted of it.
        None => (vec![Vec::new()], None),
    };
    StreamResponseDefinition {
        response_headers: wanted.response_headers,
        response_data,
        response_delay_ms: wanted.response_delay_ms,
        error,
        response_trailers: wanted.response_trailers,
    }
}

/// A message, or an empty one where there is none: the suite sends none that can't be read.
fn decoded<M: Message + Default>(request: Option<&Bytes>) -> M {
    request.and_then(|request| M::decode(request.clone()).ok()).unwrap_or_default()
}

/// What the reply reports about a request, apart from its messages.
pub(crate) fn seen(headers: &HeaderMap, timeout: Option<Duration>) -> RequestInfo {
    let values = |name: &HeaderName| {
        let values = headers.get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
    };
    RequestInfo {
        request_headers: headers
            .keys()
            .map(|name| Header { name: name.to_string(), value: values(name) })
            .collect(),
        timeout_ms: timeout.and_then(|timeout| i64::try_from(timeout.as_millis()).ok()),
        requests: Vec::new(),
    }
}

fn header_map(headers: &[Header]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for header in headers {
        for value in &header.value {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(&header.name), HeaderValue::try_from(value))
            {
                map.append(name, value);
            }
        }
    }
    map
}
