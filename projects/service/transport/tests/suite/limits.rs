//! Connections, streams, silence, and readers that don't read.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use service_transport::Settings;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::{
    CONVERSE, Client, INTRODUCE, SAY, TEST_TIMEOUT, eventually, grpc, http1, message, post, rest, whole,
};
use crate::service::start_with;

/// Short enough for a test, and long enough for a busy machine to read in time.
const SHORT: Duration = Duration::from_millis(500);

async fn closes(mut stream: TcpStream) -> bool {
    let mut rest = Vec::new();
    // A connection that is reset is closed as well.
    timeout(TEST_TIMEOUT, stream.read_to_end(&mut rest)).await.is_ok()
}

#[tokio::test]
async fn a_connection_too_many_is_closed() {
    let server = start_with(Settings { connections: 2, ..Settings::default() }).await;
    let first = Client::connect(server.address).await;
    let second = Client::connect(server.address).await;
    first.say("hello").await;
    second.say("hello").await;
    assert!(closes(TcpStream::connect(server.address).await.unwrap()).await);
    assert_eq!(first.say("hello").await.grpc_status(), Some("0"));
}

#[tokio::test]
async fn a_stream_too_many_waits_or_is_refused() {
    let server = start_with(Settings { streams: 2, ..Settings::default() }).await;
    let client = Client::connect(server.address).await;
    // The first call brings the server's settings.
    client.say("hello").await;
    let first = client.open(grpc(CONVERSE)).await;
    let _second = client.open(grpc(CONVERSE)).await;
    eventually("two streams are open", || server.open.load(Ordering::SeqCst) == 2).await;
    let mut third = client.0.clone();
    let waits = timeout(SHORT, async {
        third = third.clone().ready().await.unwrap();
        let (reply, mut send) = third.send_request(grpc(CONVERSE), false).unwrap();
        send.send_data(Bytes::new(), true).unwrap();
        reply.await
    });
    // It waits for its turn, or it was sent before the limit was known, and is refused.
    assert!(!matches!(waits.await, Ok(Ok(_))));
    drop(first);
    eventually("a stream has ended", || server.open.load(Ordering::SeqCst) == 1).await;
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let server = start_with(Settings { opening: SHORT, ..Settings::default() }).await;
    let began = Instant::now();
    assert!(closes(TcpStream::connect(server.address).await.unwrap()).await);
    assert!(began.elapsed() >= SHORT);
}

#[tokio::test]
async fn headers_that_come_too_slowly_are_not_waited_for() {
    let server = start_with(Settings { opening: SHORT, ..Settings::default() }).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET /a-path-of-some-length HTTP/1.1\r\nHost: t").await.unwrap();
    assert!(closes(stream).await);
}

#[tokio::test]
async fn a_connection_that_has_opened_may_be_silent() {
    let server = start_with(Settings { opening: SHORT, ..Settings::default() }).await;
    let client = Client::connect(server.address).await;
    client.say("hello").await;
    let (_reply, _send) = client.open(grpc(CONVERSE)).await;
    eventually("the stream is open", || server.open.load(Ordering::SeqCst) == 1).await;
    tokio::time::sleep(SHORT * 2).await;
    assert_eq!(server.open.load(Ordering::SeqCst), 1);
    assert_eq!(client.say("hello").await.grpc_status(), Some("0"));
}

#[tokio::test]
async fn a_single_message_that_does_not_come_is_not_waited_for() {
    let server = start_with(Settings { single: SHORT, ..Settings::default() }).await;
    let client = Client::connect(server.address).await;
    let late = r#""code":"deadline_exceeded""#;
    for (path, kind, sign) in [
        (SAY, "application/grpc", ""),
        (INTRODUCE, "application/grpc", ""),
        (SAY, "application/grpc-web+proto", ""),
        (SAY, "application/json", late),
        (INTRODUCE, "application/connect+proto", late),
        // What is read to its end before it is refused.
        ("/no.such.Service/Procedure", "application/json", late),
        (CONVERSE, "text/plain", late),
        (CONVERSE, "application/grpc-web-text", ""),
    ] {
        let (reply, mut send) = client.open(post(path, kind)).await;
        send.send_data(Bytes::from_static(b"\0\0\0\0"), false).unwrap();
        let reply = timeout(TEST_TIMEOUT, whole(reply)).await.expect("a reply in time").unwrap();
        match sign {
            "" => assert_eq!(reply.grpc_status(), Some("4"), "{path} {kind}"),
            sign => assert!(reply.text().contains(sign), "{path} {kind}: {reply:?}"),
        }
    }
    let request = format!(
        "POST {SAY} HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{{"
    );
    let reply = http1(server.address, &request).await;
    assert!(reply.starts_with("HTTP/1.1 504 ") && reply.contains(late), "{reply}");
}

#[tokio::test]
async fn a_stream_of_messages_may_pause() {
    let server = start_with(Settings { single: SHORT, ..Settings::default() }).await;
    let client = Client::connect(server.address).await;
    for kind in ["application/grpc", "application/grpc-web+proto", "application/connect+proto"] {
        let (reply, mut send) = client.open(post(CONVERSE, kind)).await;
        tokio::time::sleep(SHORT * 2).await;
        send.send_data(message("hello"), true).unwrap();
        let reply = timeout(TEST_TIMEOUT, whole(reply)).await.expect("a reply in time").unwrap();
        assert!(reply.text().contains(": hello"), "{kind}: {reply:?}");
    }
}

#[tokio::test]
async fn a_stream_whose_reader_does_not_read_is_reset_and_no_other() {
    let server = start_with(Settings { write: SHORT, ..Settings::default() }).await;
    let mut builder = h2::client::Builder::new();
    builder.initial_window_size(20_000);
    let client = Client::connect_with(server.address, &builder).await;
    // This one has been answered, and waits for its client to say more.
    let (reply, mut patient) = client.open(grpc(CONVERSE)).await;
    patient.send_data(message("hello"), false).unwrap();
    let mut answers = reply.await.unwrap().into_body();
    answers.data().await.unwrap().unwrap();

    let (reply, mut send) = client.open(grpc(INTRODUCE)).await;
    send.send_data(message("flood"), true).unwrap();
    // The window is never opened again.
    let mut body = reply.await.unwrap().into_body();
    let reset = timeout(TEST_TIMEOUT, async {
        loop {
            match body.data().await {
                Some(Ok(_)) => {}
                end => break end,
            }
        }
    });
    let end = reset.await.expect("an end in time");
    assert!(end.is_some_and(|end| end.is_err_and(|error| error.is_reset())));
    eventually("only the patient stream is open", || server.open.load(Ordering::SeqCst) == 1).await;

    patient.send_data(message("bye"), true).unwrap();
    let (data, trailers) = rest(&mut answers).await.unwrap();
    assert!(data.ends_with(b"tonic: bye"));
    assert_eq!(trailers["grpc-status"], "0");
}

#[tokio::test]
async fn a_connection_whose_client_reads_nothing_is_closed() {
    let server = start_with(Settings { write: SHORT, ..Settings::default() }).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let flood = message("flood");
    let head = format!(
        "POST {INTRODUCE} HTTP/1.1\r\nHost: test\r\nContent-Type: application/connect+proto\r\n\
         Content-Length: {}\r\n\r\n",
        flood.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&flood).await.unwrap();
    eventually("the stream is open", || server.open.load(Ordering::SeqCst) == 1).await;
    eventually("the stream is cut", || server.open.load(Ordering::SeqCst) == 0).await;
}
