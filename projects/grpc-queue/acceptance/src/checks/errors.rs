//! Calls that can't be answered.

use bytes::Bytes;
use http::{Method, StatusCode};
use proctor_harness::{Trial, Verdict};

use crate::fixture::Fixture;
use crate::wire::{Ask, Code, Codec, ELIZA, Http, WireProtocol};

/// GQ-1.7
pub(crate) fn unknown_procedure(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    let unknown = format!("Say{}", fixture.words().rng().lowercase());
    for protocol in [WireProtocol::GRPC, WireProtocol::grpc_web(Http::One), WireProtocol::grpc_web(Http::Two)]
    {
        let answered = server.call(protocol, &unknown, Ask::Sentence("I feel happy."), false)?;
        if !answered.end.is(Code::UNIMPLEMENTED) {
            let actual = format!("it ended with {}", answered.end);
            return Err(server.failure(format!("UNIMPLEMENTED for {unknown} over {protocol}"), actual));
        }
    }
    for protocol in [WireProtocol::connect_json(Http::One), WireProtocol::connect_proto(Http::Two)] {
        let answered = server.call(protocol, &unknown, Ask::Sentence("I feel happy."), false)?;
        if answered.status != StatusCode::NOT_FOUND {
            let actual = format!("HTTP status {}", answered.status);
            return Err(server.failure(format!("HTTP status 404 for {unknown} over {protocol}"), actual));
        }
    }
    Ok(())
}

/// GQ-1.8
pub(crate) fn unreadable_json(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let server = fixture.server().start()?;
    let sentence = fixture.words().sentence();
    let whole = Ask::Sentence(&sentence).encoded(Codec::Json);
    let cut = whole.slice(..whole.len() - fixture.words().rng().usize(1..=8));
    let broken: [&[u8]; 4] = [&cut, sentence.as_bytes(), br#"{"sentence": 1966}"#, b"{]"];
    for body in broken {
        let connection = server.connect(Http::One)?;
        let target = format!("/{ELIZA}/Say");
        let headers = [("content-type", "application/json"), ("connect-protocol-version", "1")];
        let answered =
            server.http(&connection, Method::POST, &target, &headers, Bytes::copy_from_slice(body))?;
        let shown = String::from_utf8_lossy(body);
        if answered.status != StatusCode::BAD_REQUEST || !answered.says(Code::INVALID_ARGUMENT) {
            let expected =
                format!("HTTP status 400 and a JSON error with the code invalid_argument for {shown}");
            return Err(server.failure(expected, format!("HTTP status {}", answered.status)));
        }
    }
    Ok(())
}
