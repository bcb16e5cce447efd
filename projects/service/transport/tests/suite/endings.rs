//! Deadlines and panics end a call with a status, and nothing but the call.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode};

use crate::client::{CONVERSE, Client, INTRODUCE, SAY, eventually, grpc, message, post, rest, whole};
use crate::service::start;

fn within(path: &str, timeout: &str) -> Request<()> {
    let mut request = grpc(path);
    request.headers_mut().insert("grpc-timeout", timeout.parse().unwrap());
    request
}

#[tokio::test]
async fn a_deadline_ends_a_call_that_has_not_begun_to_reply() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let began = Instant::now();
    let reply = client.send(within(SAY, "100m"), message("wait")).await.unwrap();
    assert_eq!(reply.grpc_status(), Some("4"));
    assert!(began.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn a_deadline_ends_a_stream_in_the_middle() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let (reply, mut send) = client.open(within(CONVERSE, "200m")).await;
    send.send_data(message("hello"), false).unwrap();
    let reply = whole(reply).await.unwrap();
    assert!(reply.text().ends_with("tonic: hello"));
    assert_eq!(reply.grpc_status(), Some("4"));
    eventually("the handler is dropped", || server.open.load(Ordering::SeqCst) == 0).await;
}

#[tokio::test]
async fn a_deadline_ends_a_stream_that_never_waits() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let reply = client.send(within(INTRODUCE, "200m"), message("flood")).await.unwrap();
    assert_eq!(reply.grpc_status(), Some("4"));
}

#[tokio::test]
async fn a_deadline_ends_a_stream_over_connect() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let mut request = post(CONVERSE, "application/connect+proto");
    request.headers_mut().insert("connect-timeout-ms", "200".parse().unwrap());
    let (reply, mut send) = client.open(request).await;
    send.send_data(message("hello"), false).unwrap();
    let reply = whole(reply).await.unwrap();
    assert!(reply.text().contains("connectrpc: hello"), "{reply:?}");
    assert!(reply.text().contains("deadline_exceeded"), "{reply:?}");
}

#[tokio::test]
async fn a_panic_is_an_internal_error_in_each_protocol() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    assert_eq!(client.say("panic").await.grpc_status(), Some("13"));

    let web = client.send(post(SAY, "application/grpc-web+proto"), message("panic")).await.unwrap();
    assert_eq!(web.grpc_status(), Some("13"), "{web:?}");

    let json = Bytes::from_static(br#"{"sentence":"panic"}"#);
    let connect = client.send(post(SAY, "application/json"), json).await.unwrap();
    assert_eq!(connect.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(connect.text().contains(r#""code":"internal""#), "{connect:?}");

    assert_eq!(client.say("hello").await.grpc_status(), Some("0"), "the connection goes on");
}

#[tokio::test]
async fn a_panic_in_the_middle_of_a_stream_ends_it_with_an_internal_error() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    for (kind, sign) in [
        ("application/grpc", ""),
        ("application/grpc-web+proto", "grpc-status: 13"),
        ("application/connect+proto", r#""code":"internal""#),
    ] {
        let (reply, mut send) = client.open(post(CONVERSE, kind)).await;
        send.send_data(message("hello"), false).unwrap();
        let mut body = reply.await.unwrap().into_body();
        let first = body.data().await.unwrap().unwrap();
        assert!(first.ends_with(b": hello"), "{kind}: {first:?}");
        send.send_data(message("panic"), false).unwrap();
        let (data, trailers) = rest(&mut body).await.unwrap();
        if sign.is_empty() {
            assert_eq!(trailers["grpc-status"], "13");
        } else {
            assert!(String::from_utf8_lossy(&data).contains(sign), "{kind}: {data:?}");
        }
    }
    eventually("the handlers are dropped", || server.open.load(Ordering::SeqCst) == 0).await;
}
