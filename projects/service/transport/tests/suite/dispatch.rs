//! gRPC is tonic's, everything else connectrpc's, and what neither knows is a page or nothing.

use bytes::Bytes;
use http::{Request, StatusCode};

use crate::client::{CONVERSE, Client, SAY, encoded, grpc, http1, message, post};
use crate::service::start;

#[tokio::test]
async fn grpc_is_answered_by_tonic() {
    let server = start().await;
    let reply = Client::connect(server.address).await.say("hello").await;
    assert_eq!(reply.grpc_status(), Some("0"));
    assert!(reply.text().ends_with("tonic: hello"), "{reply:?}");
}

#[tokio::test]
async fn grpc_web_and_connect_are_answered_by_connectrpc() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    for (kind, body) in [
        ("application/grpc-web+proto", message("hello")),
        ("application/proto", encoded("hello").into()),
        ("application/json", Bytes::from_static(br#"{"sentence":"hello"}"#)),
    ] {
        let reply = client.send(post(SAY, kind), body).await.unwrap();
        assert_eq!(reply.status, StatusCode::OK, "{kind}");
        assert!(reply.text().contains("connectrpc: hello"), "{kind}: {reply:?}");
    }
}

#[tokio::test]
async fn grpc_in_json_is_answered_by_connectrpc() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let body = crate::client::envelope(br#"{"sentence":"hello"}"#);
    let reply = client.send(post(SAY, "application/grpc+json"), body).await.unwrap();
    assert!(reply.text().contains("connectrpc: hello"), "{reply:?}");
    assert_eq!(reply.grpc_status(), Some("0"));
}

#[tokio::test]
async fn http_1_speaks_connect() {
    let server = start().await;
    let reply = http1(
        server.address,
        &format!(
            "POST {SAY} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: 20\r\n\r\n{{\"sentence\":\"hello\"}}"
        ),
    )
    .await;
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    assert!(reply.ends_with(r#"{"sentence":"connectrpc: hello"}"#), "{reply}");
}

#[tokio::test]
async fn an_unknown_procedure_is_unimplemented_or_not_found() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    for path in ["/connectrpc.eliza.v1.ElizaService/Sayd", "/somebody.Else/Say"] {
        let reply = client.send(grpc(path), message("hello")).await.unwrap();
        assert_eq!((reply.status, reply.grpc_status()), (StatusCode::OK, Some("12")), "{path}");
        let reply = client.send(post(path, "application/json"), Bytes::from_static(b"{}")).await.unwrap();
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_page_has_the_paths_that_no_procedure_has() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let page = Request::get("http://test/").body(()).unwrap();
    assert_eq!(client.send(page, Bytes::new()).await.unwrap().text(), "a page");
}

#[tokio::test]
async fn grpc_by_get_is_not_allowed() {
    let server = start().await;
    let request = Request::get(format!("http://test{CONVERSE}"));
    let request = request.header("content-type", "application/grpc").body(()).unwrap();
    let reply = Client::connect(server.address).await.send(request, Bytes::new()).await.unwrap();
    assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(reply.header("allow"), "POST");
}
