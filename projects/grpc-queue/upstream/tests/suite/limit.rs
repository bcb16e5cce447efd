//! When an attempt may begin.

use std::time::Instant;

use fake_openai::{Reply, in_turn};
use futures_util::future::join_all;

use crate::setup::{TEST_TIMEOUT, gaps, ms, number, setup};

#[tokio::test]
async fn attempts_are_spaced_whichever_sentence_they_are_for() {
    let it = setup(
        |call| if call.attempt == 1 { Reply::status(500) } else { Reply::answer("a") },
        |config| {
            config.calls_per_minute = Some(number(600));
            config.retry_base = ms(1);
        },
    );
    let start = Instant::now();
    join_all(["a", "b", "c"].map(|sentence| it.ask(sentence))).await;
    // Not the gaps: on a busy machine a call may arrive long after its beginning, and the next one right after it.
    let begun: Vec<_> = it.api.calls().iter().map(|call| call.arrived.duration_since(start)).collect();
    assert_eq!(begun.len(), 6);
    assert!((0..).zip(&begun).all(|(nth, &at)| at >= ms(100) * nth), "{begun:?}");
}

#[tokio::test]
async fn no_attempt_begins_before_the_limit_is_reset() {
    for status in [200, 429] {
        let used_up = if status == 200 { Reply::answer("a") } else { Reply::status(status) };
        let used_up =
            used_up.header("x-ratelimit-remaining-requests", 0).header("x-ratelimit-reset-requests", "400ms");
        let it = setup(in_turn([used_up, Reply::answer("b")]), |_| {});
        let first = it.spawn("first");
        it.api.until(TEST_TIMEOUT, |calls| calls.iter().any(|call| !call.is_open())).await.unwrap();
        let _answer = first.await.unwrap();
        it.ask("second").await.unwrap();
        let gaps = gaps(&it.api.calls());
        assert!(gaps[0] >= ms(400), "{gaps:?} after {status}");
    }
}

#[tokio::test]
async fn whoever_vanishes_in_the_queue_leaves_no_gap() {
    let it = setup(|_| Reply::answer("a"), |config| config.calls_per_minute = Some(number(300)));
    it.ask("first").await.unwrap();
    let vanishing: Vec<_> = (0..20).map(|_| it.spawn("vanishing")).collect();
    let last = it.spawn("last");
    vanishing.iter().for_each(tokio::task::JoinHandle::abort);
    assert!(last.await.unwrap().is_ok());
    let calls = it.api.calls();
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert!(gaps(&calls)[0] < ms(2000));
}
