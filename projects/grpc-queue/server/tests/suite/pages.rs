//! The page, the numbers, health and reflection.

use std::io::{Read, Write};

use grpc_queue_proto::prost::SayRequest;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::program::{Conversation, Server, TEST_TIMEOUT};

#[tokio::test]
async fn the_numbers_are_those_of_the_calls() {
    let server = Server::start(&[("QUEUE_CAPACITY", "1")]);
    let mut client = server.client().await;
    client.say(SayRequest { sentence: "a".into() }).await.unwrap();
    let mut talk = Conversation::open(&mut client).await.unwrap();
    for sentence in ["a", "b", ""] {
        talk.say(sentence);
        talk.next().await.unwrap();
    }
    let numbers = server.get("/metrics");
    assert!(numbers.contains("content-type: application/openmetrics-text"), "{numbers}");
    for line in [
        "grpc_queue_calls_total{procedure=\"Say\"} 1",
        "grpc_queue_open_streams{procedure=\"QueueConversation\"} 1",
        "grpc_queue_sentences_total{with=\"enqueued\"} 1",
        "grpc_queue_sentences_total{with=\"full\"} 1",
        "grpc_queue_sentences_total{with=\"refused\"} 1",
        "grpc_queue_waiting 1",
        "grpc_queue_capacity 1",
        "grpc_queue_model_breaker{state=\"closed\"} 1",
    ] {
        assert!(numbers.lines().any(|found| found == line), "{line} is missing in:\n{numbers}");
    }
}

#[test]
fn the_page_asks_for_nothing_from_outside() {
    let server = Server::start(&[]);
    let page = server.get("/");
    assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
    assert!(page.contains("content-security-policy: default-src 'none'; connect-src 'self'"));
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn the_curl_of_the_brief_gets_an_answer() {
    let server = Server::start(&[]);
    let body = r#"{"sentence": "I feel happy."}"#;
    let head = "host: localhost\r\ncontent-type: application/json\r\nconnection: close";
    let say = |procedure: &str| {
        let path = format!("/connectrpc.eliza.v1.ElizaService/{procedure}");
        server
            .http(&format!("POST {path} HTTP/1.1\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()))
    };
    let reply = say("Say");
    assert!(reply.starts_with("HTTP/1.1 200 OK") && reply.contains("{\"sentence\":\""), "{reply}");
    let reply = say("Sayd");
    assert!(reply.starts_with("HTTP/1.1 404 ") && reply.contains("\"code\":\"unimplemented\""), "{reply}");
}

#[tokio::test]
async fn health_knows_the_service_and_watches_it() {
    let server = Server::start(&[]);
    let endpoint = Endpoint::from_shared(format!("http://{}", server.address)).unwrap();
    let mut health = HealthClient::new(endpoint.connect().await.unwrap());
    for service in ["", "connectrpc.eliza.v1.ElizaService"] {
        let request = HealthCheckRequest { service: service.to_owned() };
        let status = health.check(request).await.unwrap().into_inner().status();
        assert_eq!(status, ServingStatus::Serving, "{service}");
    }
    let unknown = health.check(HealthCheckRequest { service: "unknown".to_owned() }).await.unwrap_err();
    assert_eq!(unknown.code(), tonic::Code::NotFound);

    // A health watch is notified of the end, and doesn't delay it.
    let mut watch = health.watch(HealthCheckRequest::default()).await.unwrap().into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    server.signal("TERM");
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
    assert!(watch.message().await.unwrap().is_none());
    let (code, took, _) = server.ended().await;
    assert_eq!(code, Some(0));
    assert!(took < std::time::Duration::from_secs(5), "{took:?}");
}

/// A collector that takes one request: its body, when it has come.
fn collector() -> (String, std::thread::JoinHandle<Vec<u8>>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let collected = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(TEST_TIMEOUT)).unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        while !contains(&request, b"grpc-queue") {
            let read = stream.read(&mut buffer).unwrap();
            assert!(read > 0, "{}", String::from_utf8_lossy(&request));
            request.extend_from_slice(&buffer[..read]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        request
    });
    (endpoint, collected)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn traces_go_to_the_collector_that_is_named() {
    let (endpoint, collected) = collector();
    let server = Server::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]);
    let mut talk = Conversation::open(&mut server.client().await).await.unwrap();
    talk.say("a");
    talk.expect("enqueued", 0, false).await;
    talk.end();
    assert!(talk.next().await.unwrap().is_none());
    server.signal("TERM");
    assert_eq!(server.ended().await.0, Some(0));
    let request = collected.join().unwrap();
    assert!(request.starts_with(b"POST /v1/traces HTTP/1.1\r\n"));
    assert!(contains(&request, b"QueueConversation"), "{}", String::from_utf8_lossy(&request));
}
