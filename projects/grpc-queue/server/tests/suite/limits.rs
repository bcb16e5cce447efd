//! The limits on what a stranger may do, and the status of each.

use std::time::{Duration, Instant};

use bytes::{BufMut, Bytes, BytesMut};
use grpc_queue_proto::prost::SayRequest;
use h2::Reason;
use tokio::net::TcpStream;
use tonic::Code;

use crate::program::{Conversation, Server, TEST_TIMEOUT};

#[tokio::test]
async fn a_message_that_is_too_long_is_resource_exhausted() {
    let server = Server::start(&[("MAX_MESSAGE_BYTES", "10000"), ("MAX_SENTENCE_BYTES", "1000")]);
    let mut client = server.client().await;
    assert!(client.say(SayRequest { sentence: "x".repeat(9_900) }).await.is_ok());
    let status = client.say(SayRequest { sentence: "x".repeat(10_001) }).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    let mut talk = Conversation::open(&mut client).await.unwrap();
    talk.say("x".repeat(10_001));
    assert_eq!(talk.next().await.unwrap_err().code(), Code::ResourceExhausted);
}

#[tokio::test]
async fn a_sentence_that_is_too_long_is_refused_however_long_sentences_may_be() {
    let server = Server::start(&[("MAX_SENTENCE_BYTES", "200000")]);
    let mut talk = Conversation::open(&mut server.client().await).await.unwrap();
    talk.say("x".repeat(200_000));
    talk.expect("enqueued", 0, false).await;
    talk.say("x".repeat(200_001));
    talk.expect("the sentence has 200001 bytes, more than 200000", 2, true).await;
}

#[tokio::test]
async fn too_many_sentences_a_second_are_resource_exhausted() {
    let server = Server::start(&[("SENTENCES_PER_SECOND", "2")]);
    let mut talk = Conversation::open(&mut server.client().await).await.unwrap();
    for sentence in ["a", "b", "c"] {
        talk.say(sentence);
    }
    talk.expect("enqueued", 0, false).await;
    talk.expect("enqueued", 0, false).await;
    let status = talk.next().await.unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::ResourceExhausted, "more than 2 sentences a second")
    );
}

#[tokio::test]
async fn a_silent_stream_is_deadline_exceeded() {
    let server = Server::start(&[("IDLE_TIMEOUT_MS", "200")]);
    let mut talk = Conversation::open(&mut server.client().await).await.unwrap();
    let began = Instant::now();
    let status = talk.next().await.unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::DeadlineExceeded, "nothing was sent for 0.2 seconds")
    );
    assert!(began.elapsed() >= Duration::from_millis(190), "{:?}", began.elapsed());
}

#[test]
fn headers_that_are_too_long_are_status_431() {
    let server = Server::start(&[("MAX_HEADER_BYTES", "8192")]);
    let long = "x".repeat(9000);
    let reply = server.http(&format!("GET / HTTP/1.1\r\nhost: localhost\r\nx-long: {long}\r\n\r\n"));
    assert!(reply.starts_with("HTTP/1.1 431 "), "{reply}");
}

#[tokio::test]
async fn a_connection_too_many_is_closed() {
    let server = Server::start(&[("MAX_CONNECTIONS", "1")]);
    let mut first = server.client().await;
    assert!(first.say(SayRequest { sentence: "a".into() }).await.is_ok());
    let second = TcpStream::connect(server.address).await.unwrap();
    let mut byte = [0];
    second.readable().await.unwrap();
    assert!(matches!(second.try_read(&mut byte), Ok(0) | Err(_)), "it is closed without a word");
    assert!(first.say(SayRequest { sentence: "a".into() }).await.is_ok());
}

/// A connection of HTTP/2 whose client has a window of this many bytes for each reply.
async fn connect(server: &Server, window: u32) -> h2::client::SendRequest<Bytes> {
    let stream = TcpStream::connect(server.address).await.unwrap();
    let mut builder = h2::client::Builder::new();
    let (client, connection) = builder.initial_window_size(window).handshake(stream).await.unwrap();
    tokio::spawn(connection);
    client
}

fn request(server: &Server, procedure: &str) -> http::Request<()> {
    let uri = format!("http://{}/connectrpc.eliza.v1.ElizaService/{procedure}", server.address);
    let request =
        http::Request::post(uri).header("content-type", "application/grpc").header("te", "trailers");
    request.body(()).unwrap()
}

#[tokio::test]
async fn a_stream_too_many_is_refused() {
    let server = Server::start(&[("MAX_STREAMS_PER_CONNECTION", "2")]);
    let client = connect(&server, 65_535).await;
    let mut open = Vec::new();
    // Before the first reply this client doesn't know the limit yet.
    for _ in 0..3 {
        let mut client = client.clone();
        open.push(client.send_request(request(&server, "Converse"), false).unwrap());
    }
    let (reply, _keep) = open.pop().unwrap();
    let error = tokio::time::timeout(TEST_TIMEOUT, reply).await.unwrap().unwrap_err();
    assert_eq!(error.reason(), Some(Reason::REFUSED_STREAM));
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_cut() {
    let server = Server::start(&[("WRITE_TIMEOUT_MS", "300"), ("SENTENCES_PER_SECOND", "0")]);
    let mut client = connect(&server, 10).await.ready().await.unwrap();
    let (reply, mut sender) = client.send_request(request(&server, "Converse"), false).unwrap();
    // More than hyper and tonic hold back for a reader that has just paused.
    let mut messages = BytesMut::new();
    for _ in 0..5000 {
        messages.put_slice(&[0, 0, 0, 0, 3, 10, 1, b'a']);
    }
    sender.send_data(messages.freeze(), false).unwrap();
    let mut body = reply.await.unwrap().into_body();
    // The first bytes fit; room for more is never made.
    let error = loop {
        match tokio::time::timeout(TEST_TIMEOUT, body.data()).await.unwrap() {
            Some(Ok(_)) => {}
            Some(Err(error)) => break error,
            None => panic!("the reply ended as if it had been read"),
        }
    };
    assert!(error.is_reset(), "{error}");
}
