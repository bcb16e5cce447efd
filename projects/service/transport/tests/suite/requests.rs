//! Too few messages, too many, and too big ones, each with the status that its protocol has for it.

use bytes::Bytes;
use http::{Request, StatusCode};

use crate::client::{CONVERSE, Client, INTRODUCE, SAY, encoded, grpc, http1, message, post};
use crate::service::{start, start_with};
use service_transport::Settings;

#[tokio::test]
async fn one_message_is_neither_none_nor_two() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    for path in [SAY, INTRODUCE] {
        let none = client.send(grpc(path), Bytes::new()).await.unwrap();
        assert_eq!(none.grpc_status(), Some("12"), "{path}: {none:?}");
        let two = [message("hello"), message("again")].concat().into();
        let two = client.send(grpc(path), two).await.unwrap();
        assert_eq!(two.grpc_status(), Some("12"), "{path}: {two:?}");
    }
    let none = client.send(grpc(CONVERSE), Bytes::new()).await.unwrap();
    assert_eq!(none.grpc_status(), Some("0"), "a stream may be empty");
}

#[tokio::test]
async fn a_request_that_ends_with_its_headers_has_no_message() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let (reply, _) = client.0.clone().ready().await.unwrap().send_request(grpc(SAY), true).unwrap();
    let reply = crate::client::whole(reply).await.unwrap();
    assert_eq!(reply.grpc_status(), Some("12"), "{reply:?}");
}

#[tokio::test]
async fn a_message_over_the_limit_exhausts_a_resource() {
    let limit = 1000;
    let server = start_with(Settings { message_bytes: limit, ..Settings::default() }).await;
    let client = Client::connect(server.address).await;
    let fits = "x".repeat(limit - 3);
    assert_eq!(encoded(&fits).len(), limit);
    let over = format!("{fits}x");
    for path in [SAY, CONVERSE] {
        assert_eq!(client.send(grpc(path), message(&fits)).await.unwrap().grpc_status(), Some("0"));
        assert_eq!(client.send(grpc(path), message(&over)).await.unwrap().grpc_status(), Some("8"));
    }
    let connect = |text: &str| client.send(post(SAY, "application/proto"), encoded(text).into());
    let (fits, over) = (connect(&fits), connect(&over));
    assert_eq!(fits.await.unwrap().status, StatusCode::OK);
    let over = over.await.unwrap();
    assert!(over.text().contains("resource_exhausted"), "{over:?}");
}

#[tokio::test]
async fn headers_over_the_limit_are_refused() {
    let settings = Settings { header_bytes: 8192, ..Settings::default() };
    let server = start_with(settings).await;
    let client = Client::connect(server.address).await;
    let big = "x".repeat(9000);
    let request = Request::post(format!("http://test{SAY}"))
        .header("content-type", "application/grpc")
        .header("big", &big)
        .body(())
        .unwrap();
    let reply = client.send(request, message("hello")).await;
    let refused = match &reply {
        Ok(reply) => reply.status == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        Err(error) => error.is_reset(),
    };
    assert!(refused, "{reply:?}");
    assert_eq!(client.say("hello").await.grpc_status(), Some("0"), "the connection goes on");

    let reply = http1(server.address, &format!("GET / HTTP/1.1\r\nHost: test\r\nBig: {big}\r\n\r\n")).await;
    assert!(reply.starts_with("HTTP/1.1 431"), "{reply}");
}
