//! An answer that comes as a stream of events.

use std::time::Instant;

use model_stand_in::{Call, Reply};

use crate::setup::{SOON, Setup, ms, number, setup};

/// One attempt, with a short patience.
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
    assert!(asked.elapsed() < SOON / 2, "{:?}", asked.elapsed());
    it.api.until(SOON, |calls| calls[0].is_aborted()).await.unwrap();
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
