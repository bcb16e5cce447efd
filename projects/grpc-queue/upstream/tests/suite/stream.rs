//! An answer that comes as a stream of events.

use std::sync::Arc;
use std::time::Instant;

use fake_openai::{Call, Reply};
use grpc_queue_upstream::{Config, Upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::setup::{Setup, TEST_TIMEOUT, ask, ms, number, setup};

/// One attempt, with a short timeout.
fn streaming(script: impl FnMut(&Call) -> Reply + Send + 'static) -> Setup {
    setup(script, |config| {
        config.stream = true;
        config.attempts = number(1);
        config.timeout = ms(1000);
    })
}

#[tokio::test]
async fn a_stream_may_take_longer_than_the_timeout_as_a_whole() {
    let text = "one two three four five six";
    let it = streaming(move |_| Reply::answer(text).pace(ms(200)));
    assert_eq!(it.ask("a").await.as_deref(), Ok(text));
    let calls = it.api.calls();
    assert!(calls[0].wants_stream());
    assert!(calls[0].lasted().unwrap() > ms(1000));
}

#[tokio::test]
async fn a_stream_that_falls_silent_is_aborted() {
    let it = streaming(|_| Reply::stall("one two three four"));
    let asked = Instant::now();
    assert_eq!(it.refusal("a").await, "the model didn't answer in time");
    assert!(asked.elapsed() < TEST_TIMEOUT / 2, "{:?}", asked.elapsed());
    it.api.until(TEST_TIMEOUT, |calls| calls[0].is_aborted()).await.unwrap();
}

#[tokio::test]
async fn a_stream_that_nobody_asked_for_has_the_time_of_a_whole_answer() {
    let whole = "data: {\"choices\":[{\"delta\":{\"content\":\"Yes.\"}}]}\n\ndata: [DONE]\n\n";
    let it = setup(move |_| Reply::raw(whole).header("content-type", "text/event-stream"), |_| {});
    assert_eq!(it.ask("a").await.as_deref(), Ok("Yes."));
    // It is never silent, and never says anything.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let pings = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 64];
        assert!(socket.read(&mut request).await.unwrap() > 0);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
        let mut written = socket.write_all(head.as_bytes()).await;
        while written.is_ok() {
            tokio::time::sleep(ms(100)).await;
            written = socket.write_all(b": ping\n\n").await;
        }
    });
    let mut config = Config::new(url.parse().unwrap());
    (config.attempts, config.timeout) = (number(1), ms(800));
    let model = Arc::new(Upstream::new(config, ()).unwrap());
    let asked = tokio::time::timeout(TEST_TIMEOUT, ask(&model, "a")).await.expect("it ends");
    assert_eq!(asked.unwrap_err().reason, "the model didn't answer in time");
    pings.await.unwrap();
}

#[tokio::test]
async fn a_stream_that_breaks_or_has_no_end_has_failed() {
    let it = streaming(|_| Reply::cut_off("one two three four"));
    assert_eq!(it.refusal("a").await, "the model can't be reached");
    let endless = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"}}]}\n\n";
    let it = streaming(move |_| Reply::raw(endless).header("content-type", "text/event-stream"));
    assert_eq!(it.refusal("a").await, "the model's answer can't be read");
}

#[tokio::test]
async fn an_answer_as_a_whole_is_read_all_the_same() {
    let it = streaming(|_| Reply::raw(r#"{"choices":[{"message":{"content":"a"}}]}"#));
    assert_eq!(it.ask("a").await.as_deref(), Ok("a"));
}
