//! The service through a client, on a port of its own.

use connectrpc::Protocol;
use connectrpc::client::{ClientConfig, HttpClient};
use tokio::net::TcpListener;

use crate::service::{ConverseRequest, ElizaServiceClient, IntroduceRequest, SayRequest};
use crate::{listen_address, server};

/// A client of a server that lives as long as the test's runtime.
async fn client(protocol: Protocol) -> ElizaServiceClient<HttpClient> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(server::serve(listener, std::future::pending()));
    let config = ClientConfig::new(format!("http://{address}").parse().unwrap()).with_protocol(protocol);
    ElizaServiceClient::new(HttpClient::plaintext_http2_only(), config)
}

#[tokio::test]
async fn say_answers_on_each_protocol() {
    for protocol in [Protocol::Connect, Protocol::Grpc, Protocol::GrpcWeb] {
        let request = SayRequest { sentence: "I feel happy.".to_owned(), ..Default::default() };
        let response = client(protocol).await.say(request).await.unwrap();
        assert!(!response.view().sentence.is_empty(), "{protocol:?}");
    }
}

#[tokio::test]
async fn converse_ends_after_the_first_goodbye() {
    let mut stream = client(Protocol::Grpc).await.converse().await.unwrap();
    for sentence in ["Hello.", "I feel happy.", "Bye!"] {
        let request = ConverseRequest { sentence: sentence.to_owned(), ..Default::default() };
        stream.send(request).await.unwrap();
        let answer = stream.message().await.unwrap().unwrap();
        assert!(!answer.sentence().is_empty(), "{sentence}");
    }
    assert!(stream.message().await.unwrap().is_none());
}

#[tokio::test]
async fn introduce_names_the_guest() {
    let request = IntroduceRequest { name: "Ada".to_owned(), ..Default::default() };
    let mut stream = client(Protocol::Connect).await.introduce(request).await.unwrap();
    let first = stream.message().await.unwrap().unwrap();
    assert!(first.sentence().contains("Ada"));
}

#[test]
fn a_listen_address_is_an_address_and_a_port() {
    for text in ["127.0.0.1:8080", "[::1]:0", "localhost:80"] {
        assert!(listen_address(text).is_ok(), "{text:?}");
    }
    for text in ["", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536", "nonsense"] {
        let error = listen_address(text).unwrap_err();
        assert!(error.starts_with("LISTEN_ADDR: ") && !error.contains('\n'), "{error}");
    }
}
