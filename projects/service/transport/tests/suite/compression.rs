//! Big replies are compressed for those who can read them.

use bytes::Bytes;
use http::Request;

use crate::client::{CONVERSE, Client, Reply, SAY, grpc, message, post};
use crate::service::start;

fn accepting(path: &str, encodings: &str) -> Request<()> {
    let mut request = grpc(path);
    request.headers_mut().insert("grpc-accept-encoding", encodings.parse().unwrap());
    request
}

/// The flags of each message of a reply.
fn flags(reply: &Reply) -> Vec<u8> {
    let mut rest = &reply.body[..];
    let mut flags = Vec::new();
    while let Some((&[flag, a, b, c, d], after)) = rest.split_first_chunk() {
        flags.push(flag);
        rest = &after[u32::from_be_bytes([a, b, c, d]) as usize..];
    }
    flags
}

#[tokio::test]
async fn a_big_reply_over_grpc_is_compressed() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    for encoding in ["gzip", "zstd"] {
        let request = accepting(SAY, &format!("identity, {encoding}"));
        let reply = client.send(request, message("long")).await.unwrap();
        assert_eq!((reply.header("grpc-encoding"), flags(&reply)), (encoding, vec![1]));
        assert!(reply.body.len() < 200, "{} bytes", reply.body.len());
        assert_eq!(reply.grpc_status(), Some("0"));
    }
}

#[tokio::test]
async fn a_small_reply_over_grpc_is_not() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let reply = client.send(accepting(SAY, "gzip"), message("hello")).await.unwrap();
    assert_eq!(flags(&reply), [0]);
    assert!(reply.text().ends_with("tonic: hello"));
}

#[tokio::test]
async fn a_stream_over_grpc_is_compressed_message_by_message() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let small = message(&"x".repeat(500));
    let body = [message("hello"), message("long"), small].concat();
    let reply = client.send(accepting(CONVERSE, "gzip"), body.into()).await.unwrap();
    assert_eq!(flags(&reply), [0, 1, 0]);
}

#[tokio::test]
async fn a_client_that_reads_no_encoding_gets_none() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    for request in [grpc(SAY), accepting(SAY, "identity, br")] {
        let reply = client.send(request, message("long")).await.unwrap();
        assert_eq!(flags(&reply), [0]);
        assert!(!reply.headers.contains_key("grpc-encoding"));
    }
}

#[tokio::test]
async fn a_compressed_reply_over_connect_varies_with_the_encodings() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let request = |encodings: &str| {
        let mut request = post(SAY, "application/json");
        request.headers_mut().insert("accept-encoding", encodings.parse().unwrap());
        request
    };
    let long = Bytes::from_static(br#"{"sentence":"long"}"#);
    let reply = client.send(request("gzip"), long.clone()).await.unwrap();
    assert_eq!((reply.header("content-encoding"), reply.header("vary")), ("gzip", "accept-encoding"));
    let mut of_a_page = request("gzip");
    of_a_page.headers_mut().insert("origin", "https://elsewhere.example".parse().unwrap());
    let reply = client.send(of_a_page, long.clone()).await.unwrap();
    let varies = reply.headers.get_all("vary").iter().any(|value| value == "accept-encoding");
    assert!(varies, "CORS has its own: {reply:?}");
    let reply = client.send(request("identity"), long).await.unwrap();
    assert!(!reply.headers.contains_key("content-encoding"));
}
