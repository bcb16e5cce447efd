//! The shutdown, from the signal to the last connection.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use service_transport::Drained;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::{CONVERSE, Client, SAY, TEST_TIMEOUT, eventually, grpc, message, post, rest, whole};
use crate::service::start;

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn idle_connections_do_not_hold_up_the_end() {
    let server = start().await;
    let address = server.address;
    let client = Client::connect(address).await;
    client.say("hello").await;
    let _silent = TcpStream::connect(address).await.unwrap();
    let drained = timeout(TEST_TIMEOUT, server.stop(LONG)).await.expect("the end in time").unwrap();
    assert_eq!(drained, Drained { calls: 0, connections: 0 });
    assert!(TcpStream::connect(address).await.is_err(), "the port is closed");
}

#[tokio::test]
async fn an_open_stream_may_end_by_itself() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let (reply, mut send) = client.open(grpc(CONVERSE)).await;
    send.send_data(message("hello"), false).unwrap();
    let mut body = reply.await.unwrap().into_body();
    body.data().await.unwrap().unwrap();

    let address = server.address;
    let ended = server.stop(LONG);
    let mut tries = 0;
    while TcpStream::connect(address).await.is_ok() {
        tries += 1;
        assert!(tries < 1000, "the port is still open");
    }
    // The stream is answered after the port was closed.
    send.send_data(message("bye"), true).unwrap();
    let (data, trailers) = rest(&mut body).await.unwrap();
    assert!(data.ends_with(b"tonic: bye"));
    assert_eq!(trailers["grpc-status"], "0");
    let drained = timeout(TEST_TIMEOUT, ended).await.expect("the end in time").unwrap();
    assert_eq!(drained, Drained { calls: 0, connections: 0 });
}

#[tokio::test]
async fn a_client_that_goes_on_after_the_end_of_its_reply_does_not_hold_up_the_end() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let mut sending = Vec::new();
    for kind in ["application/grpc", "application/grpc-web+proto", "application/connect+proto"] {
        let (reply, mut send) = client.open(post(CONVERSE, kind)).await;
        send.send_data(message("panic"), false).unwrap();
        timeout(TEST_TIMEOUT, whole(reply)).await.expect("the end of the reply").unwrap();
        sending.push(send);
    }
    // connectrpc itself would go on reading for five seconds.
    let drained = timeout(Duration::from_secs(4), server.stop(LONG)).await.expect("the end in time").unwrap();
    assert_eq!(drained, Drained { calls: 0, connections: 0 });
}

#[tokio::test]
async fn at_the_deadline_calls_end_as_unavailable() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let mut calls = Vec::new();
    for kind in ["application/grpc", "application/grpc-web+proto", "application/connect+proto"] {
        let (reply, mut send) = client.open(post(CONVERSE, kind)).await;
        send.send_data(message("wait"), false).unwrap();
        calls.push((reply, send));
    }
    let (unary, mut send) = client.open(grpc(SAY)).await;
    send.send_data(message("wait"), true).unwrap();
    eventually("the streams are open", || server.open.load(Ordering::SeqCst) == 3).await;

    let began = Instant::now();
    let ended = server.stop(SHORT);
    assert_eq!(whole(unary).await.unwrap().grpc_status(), Some("14"));
    assert!(began.elapsed() >= SHORT);
    let mut signs = ["", "grpc-status: 14", r#""code":"unavailable""#].into_iter();
    for (reply, _send) in calls {
        let reply = whole(reply).await.unwrap();
        match signs.next().unwrap() {
            "" => assert_eq!(reply.grpc_status(), Some("14")),
            sign => assert!(reply.text().contains(sign), "{reply:?}"),
        }
    }
    let drained = timeout(TEST_TIMEOUT, ended).await.expect("the end in time").unwrap();
    assert_eq!(drained, Drained { calls: 4, connections: 1 });
}
