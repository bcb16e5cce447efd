//! The shutdown: pending answers are sent, nothing new is admitted, and it ends in time.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use fake_openai::{FakeOpenAi, Reply};
use tonic::Code;

use crate::program::{Conversation, Server, TEST_TIMEOUT};

fn model() -> FakeOpenAi {
    FakeOpenAi::start(|_| Reply::held()).unwrap()
}

#[tokio::test]
async fn what_was_acknowledged_is_answered_and_nothing_new_comes_in() {
    let model = model();
    let server = Server::start(&[("WORKERS", "1"), ("OPENAI_BASE_URL", &model.base_url())]);
    let mut client = server.client().await;
    let mut talk = Conversation::open(&mut client).await.unwrap();
    let mut idle = Conversation::open(&mut client).await.unwrap();
    talk.say("a");
    talk.expect("enqueued", 0, false).await;
    model.until(TEST_TIMEOUT, |calls| calls.len() == 1).await.unwrap();

    server.signal("TERM");
    let status = idle.next().await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Unavailable, "the service is shutting down"));
    talk.say("b");
    talk.expect("the service is shutting down", 2, true).await;
    // Streams may be notified a moment before the port is closed.
    let deadline = Instant::now() + TEST_TIMEOUT;
    while TcpStream::connect(server.address).is_ok() {
        assert!(Instant::now() < deadline, "the port is still open");
        tokio::task::yield_now().await;
    }
    model.calls()[0].release(Reply::answer("A"));
    talk.expect("A", 1, false).await;
    assert_eq!(talk.next().await.unwrap_err().code(), Code::Unavailable);
    let (code, ..) = server.ended().await;
    assert_eq!(code, Some(0));
}

#[tokio::test]
async fn a_client_that_has_ended_gets_ok() {
    let model = model();
    let server = Server::start(&[("WORKERS", "1"), ("OPENAI_BASE_URL", &model.base_url())]);
    let mut talk = Conversation::open(&mut server.client().await).await.unwrap();
    talk.say("a");
    talk.end();
    talk.expect("enqueued", 0, false).await;
    model.until(TEST_TIMEOUT, |calls| calls.len() == 1).await.unwrap();
    server.signal("INT");
    model.calls()[0].release(Reply::answer("A"));
    talk.expect("A", 1, false).await;
    assert!(talk.next().await.unwrap().is_none());
    assert_eq!(server.ended().await.0, Some(0));
}

#[tokio::test]
async fn the_deadline_cuts_what_is_owed_and_says_how_much() {
    let model = model();
    let variables = [("WORKERS", "1"), ("OPENAI_BASE_URL", &*model.base_url()), ("DRAIN_MS", "300")];
    let server = Server::start(&variables);
    let mut talk = Conversation::open(&mut server.client().await).await.unwrap();
    talk.say("a");
    talk.say("b");
    talk.expect("enqueued", 0, false).await;
    talk.expect("enqueued", 0, false).await;
    let began = Instant::now();
    server.signal("TERM");
    let status = talk.next().await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Unavailable, "the service is shutting down"));
    assert!(began.elapsed() >= Duration::from_millis(290), "{:?}", began.elapsed());
    let (code, _, said) = server.ended().await;
    assert_eq!(code, Some(0));
    assert!(began.elapsed() < Duration::from_millis(2300), "{:?}", began.elapsed());
    assert!(said.contains("owed=2"), "{said}");
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let model = model();
    // Traces go where nobody answers, which must not keep it either.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let traces = format!("http://{}", silent.local_addr().unwrap());
    let server = Server::start(&[
        ("WORKERS", "1"),
        ("OPENAI_BASE_URL", &model.base_url()),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &traces),
    ]);
    let mut client = server.client().await;
    let mut talk = Conversation::open(&mut client).await.unwrap();
    let mut idle = Conversation::open(&mut client).await.unwrap();
    talk.say("a");
    talk.expect("enqueued", 0, false).await;
    server.signal("TERM");
    // One stream has no pending answer and ends, the other holds the server.
    assert_eq!(idle.next().await.unwrap_err().code(), Code::Unavailable);
    server.signal("TERM");
    let (code, took, _) = server.ended().await;
    assert_eq!(code, Some(128 + 15));
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test]
async fn an_idle_server_ends_at_once() {
    let server = Server::start(&[]);
    server.signal("TERM");
    let (code, took, _) = server.ended().await;
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(1), "{took:?}");
}
