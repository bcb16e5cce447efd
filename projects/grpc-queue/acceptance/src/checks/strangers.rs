//! What clients need that know nothing of the service: reflection, health, and CORS for pages of any origin.

use bytes::Bytes;
use http::{HeaderMap, Method};
use proctor_harness::{Stop, Trial, Verdict};
use prost::Message;

use crate::fixture::{Fixture, Served};
use crate::wire::{Ask, Call, Code, Codec, ELIZA, Http, WireProtocol};

/// GQ-1.16
pub(crate) fn reflection_and_health(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    let listed = services(&server)?;
    if !listed.iter().any(|name| name == ELIZA) {
        let expected = format!("{ELIZA} among the services that reflection lists");
        return Err(server.failure(expected, format!("{listed:?}")));
    }
    let health = Health::default().encode_to_vec();
    let (messages, end) = called(&server, "/grpc.health.v1.Health/Check", health)?;
    let serving = messages.first().and_then(|message| Serving::decode(message.clone()).ok());
    match serving {
        Some(Serving { status: 1 }) => Ok(()),
        Some(Serving { status }) => {
            Err(server.failure("health with the status SERVING (1)", status.to_string()))
        }
        None => Err(server.failure("an answer of the health service", format!("it ended with {end}"))),
    }
}

/// GQ-1.17
pub(crate) fn any_origin(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    let origin = format!("https://{}.example", fixture.words().token().to_lowercase());
    let target = format!("/{ELIZA}/Say");
    let asked = [
        ("origin", origin.as_str()),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "connect-protocol-version,content-type"),
    ];
    let connection = server.connect(Http::One)?;
    let preflight = server.http(&connection, Method::OPTIONS, &target, &asked, Bytes::new())?;
    let headers = list(&preflight.headers, "access-control-allow-headers");
    let granted = |header: &str| headers.iter().any(|allowed| allowed == header || allowed == "*");
    let methods = list(&preflight.headers, "access-control-allow-methods");
    // A browser takes POST for granted.
    let method = methods.is_empty() || methods.iter().any(|allowed| allowed == "post" || allowed == "*");
    let origins = |headers: &HeaderMap| {
        let allowed = list(headers, "access-control-allow-origin");
        allowed.len() == 1 && (allowed[0] == "*" || allowed[0] == origin)
    };
    let both = granted("content-type") && granted("connect-protocol-version");
    if !preflight.status.is_success() || !origins(&preflight.headers) || !method || !both {
        let expected = format!(
            "a preflight response of 200 or 204 that grants {origin} POST with the headers content-type and \
             connect-protocol-version"
        );
        let actual = format!("HTTP status {}, {:?}", preflight.status, cors(&preflight.headers));
        return Err(server.failure(expected, actual));
    }
    let sent = [
        ("origin", origin.as_str()),
        ("content-type", "application/json"),
        ("connect-protocol-version", "1"),
    ];
    let message = Ask::Sentence("I feel happy.").encoded(Codec::Json);
    let answered = server.http(&connection, Method::POST, &target, &sent, message)?;
    if !origins(&answered.headers) {
        let actual = format!("{:?}", cors(&answered.headers));
        return Err(server.failure(format!("access-control-allow-origin for {origin} in the answer"), actual));
    }
    server.sentence(WireProtocol::connect_json(Http::One), &answered).map(drop)
}

/// The names that reflection lists, in the version that the server has.
fn services(server: &Served<'_>) -> Result<Vec<String>, Stop> {
    let mut ends = Vec::new();
    for version in ["v1", "v1alpha"] {
        let path = format!("/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo");
        let request = ReflectionRequest { list_services: Some("*".to_owned()) };
        let (messages, end) = called(server, &path, request.encode_to_vec())?;
        let response = messages.first().and_then(|message| ReflectionResponse::decode(message.clone()).ok());
        if let Some(list) = response.and_then(|response| response.list) {
            return Ok(list.service.into_iter().map(|service| service.name).collect());
        }
        ends.push(format!("{version} ended with {end}"));
    }
    Err(server.failure("a list of services from server reflection", ends.join(", ")))
}

fn called(server: &Served<'_>, path: &str, message: Vec<u8>) -> Result<(Vec<Bytes>, crate::wire::End), Stop> {
    server.fixture().transcript().note(&format!("→ {path}"));
    let connection = server.connect(Http::Two)?;
    let call = Call { protocol: WireProtocol::GRPC, path, message: message.into(), compressed: false };
    let answered = server.send(&connection, &call)?;
    let messages = if answered.end.is(Code::OK) { answered.messages } else { Vec::new() };
    Ok((messages, answered.end))
}

/// The values of a header that is a list, in lower case.
fn list(headers: &HeaderMap, name: &str) -> Vec<String> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|value| value.trim().to_ascii_lowercase()).collect()
}

/// The headers that a failure shows.
fn cors(headers: &HeaderMap) -> Vec<String> {
    let all = headers.iter().filter(|(name, _)| name.as_str().starts_with("access-control-"));
    all.map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()))).collect()
}

#[derive(Clone, PartialEq, Message)]
struct ReflectionRequest {
    #[prost(string, optional, tag = "7")]
    list_services: Option<String>,
}

#[derive(Clone, PartialEq, Message)]
struct ReflectionResponse {
    #[prost(message, optional, tag = "6")]
    list: Option<ServiceList>,
}

#[derive(Clone, PartialEq, Message)]
struct ServiceList {
    #[prost(message, repeated, tag = "1")]
    service: Vec<ServiceName>,
}

#[derive(Clone, PartialEq, Message)]
struct ServiceName {
    #[prost(string, tag = "1")]
    name: String,
}

#[derive(Clone, PartialEq, Message)]
struct Health {
    #[prost(string, tag = "1")]
    service: String,
}

#[derive(Clone, PartialEq, Message)]
struct Serving {
    #[prost(int32, tag = "1")]
    status: i32,
}
