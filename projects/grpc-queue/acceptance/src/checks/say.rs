//! One sentence, one answer, on each protocol.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Method;
use proctor_harness::{Stop, Trial, Verdict};

use crate::fixture::{Fixture, Served};
use crate::wire::{Answered, Ask, Codec, ELIZA, Http, WireProtocol};

/// GQ-1.1
pub(crate) fn over_grpc(trial: &mut Trial<'_>) -> Verdict {
    answers(trial, &[WireProtocol::GRPC])
}

/// GQ-1.2
pub(crate) fn over_grpc_web(trial: &mut Trial<'_>) -> Verdict {
    answers(trial, &[WireProtocol::grpc_web(Http::One), WireProtocol::grpc_web(Http::Two)])
}

/// GQ-1.3
pub(crate) fn in_json(trial: &mut Trial<'_>) -> Verdict {
    answers(trial, &[WireProtocol::connect_json(Http::One), WireProtocol::connect_json(Http::Two)])
}

/// GQ-1.4
pub(crate) fn in_protobuf(trial: &mut Trial<'_>) -> Verdict {
    answers(trial, &[WireProtocol::connect_proto(Http::One), WireProtocol::connect_proto(Http::Two)])
}

/// GQ-1.5
pub(crate) fn by_get(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    for http in [Http::One, Http::Two] {
        let sentence = fixture.words().sentence();
        let json = Ask::Sentence(&sentence).encoded(Codec::Json);
        let plain = format!("encoding=json&message={}", percent(&json));
        got(&server, WireProtocol::connect_json(http), &plain)?;
        let packed = format!("encoding=json&base64=1&message={}", URL_SAFE_NO_PAD.encode(&json));
        got(&server, WireProtocol::connect_json(http), &packed)?;
        let proto = Ask::Sentence(&sentence).encoded(Codec::Proto);
        let packed = format!("encoding=proto&base64=1&message={}", URL_SAFE_NO_PAD.encode(&proto));
        got(&server, WireProtocol::connect_proto(http), &packed)?;
    }
    Ok(())
}

/// GQ-1.6
pub(crate) fn compressed(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    let dialects = [
        WireProtocol::GRPC,
        WireProtocol::grpc_web(Http::One),
        WireProtocol::grpc_web(Http::Two),
        WireProtocol::connect_json(Http::One),
        WireProtocol::connect_json(Http::Two),
        WireProtocol::connect_proto(Http::One),
        WireProtocol::connect_proto(Http::Two),
    ];
    for protocol in dialects {
        let sentence = fixture.words().sentence();
        server.say(protocol, &sentence, true)?;
    }
    Ok(())
}

/// Each protocol gets an answer to a sentence of its own.
fn answers(trial: &mut Trial<'_>, dialects: &[WireProtocol]) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    for &protocol in dialects {
        let sentence = fixture.words().sentence();
        let answered = server.call(protocol, "Say", Ask::Sentence(&sentence), false)?;
        of_type(&server, protocol, &answered)?;
        server.sentence(protocol, &answered)?;
    }
    Ok(())
}

fn got(server: &Served<'_>, protocol: WireProtocol, query: &str) -> Verdict {
    let connection = server.connect(protocol.http)?;
    let target = format!("/{ELIZA}/Say?connect=v1&{query}");
    let answered = server.http(&connection, Method::GET, &target, &[], Bytes::new())?;
    of_type(server, protocol, &answered)?;
    server.sentence(protocol, &answered).map(|_| ())
}

/// The response's content type must be the one that the request asked for.
fn of_type(server: &Served<'_>, protocol: WireProtocol, answered: &Answered) -> Result<(), Stop> {
    let found =
        answered.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let expected = protocol.content_types();
    let essence = found.split(';').next().unwrap_or_default().trim();
    // What failed has a type of its own, and another failure.
    if !answered.status.is_success() || expected.contains(&essence) {
        return Ok(());
    }
    Err(server.failure(format!("the content type {}", expected.join(" or ")), format!("it is {found:?}")))
}

/// For a query: everything but letters and digits is escaped.
fn percent(bytes: &[u8]) -> String {
    let escaped = |&byte: &u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    bytes.iter().map(escaped).collect()
}
