//! Attempts and the waits between them.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use fake_openai::{Reply, in_turn};
use futures_util::future::join_all;

use crate::setup::{Setup, TEST_TIMEOUT, gaps, ms, number, setup};

/// The first attempt is answered so, the second with an answer.
fn once(reply: Reply) -> Setup {
    setup(in_turn([reply, Reply::answer("a")]), |_| {})
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    for reply in [
        Reply::status(408),
        Reply::status(409),
        Reply::status(429),
        Reply::status(500),
        Reply::status(503),
        Reply::broken_json(),
        Reply::no_choice(),
        Reply::cut_off("a long answer"),
        Reply::drop_connection(),
    ] {
        let case = format!("{reply:?}");
        let it = once(reply);
        assert_eq!(it.ask("a").await.as_deref(), Ok("a"), "{case}");
        assert_eq!(it.api.total(), 2, "{case}");
    }
}

#[tokio::test]
async fn a_timeout_is_tried_again() {
    let it = setup(in_turn([Reply::hang(), Reply::answer("a")]), |config| config.timeout = ms(500));
    assert_eq!(it.ask("a").await.as_deref(), Ok("a"));
}

#[tokio::test]
async fn what_wont_pass_is_not_tried_again() {
    for reply in [
        Reply::status(400),
        Reply::status(401),
        Reply::status(404),
        Reply::status(422),
        Reply::error(429, "insufficient_quota"),
        Reply::status(500).header("x-should-retry", "false"),
        Reply::broken_json().header("x-should-retry", "false"),
        Reply::status(429).header("retry-after", 61),
        Reply::status(503).header("retry-after-ms", 60_001),
    ] {
        let case = format!("{reply:?}");
        let it = once(reply);
        assert!(it.ask("a").await.is_err(), "{case}");
        assert_eq!(it.api.total(), 1, "{case}");
    }
}

#[tokio::test]
async fn the_reply_may_ask_for_another_attempt_at_what_wont_pass() {
    for reply in [Reply::status(400), Reply::error(429, "insufficient_quota")] {
        let it = once(reply.header("x-should-retry", "true"));
        assert_eq!(it.ask("a").await.as_deref(), Ok("a"));
    }
}

#[tokio::test]
async fn gives_up_after_so_many_attempts_and_tells_of_the_last() {
    let it = setup(in_turn([500, 429, 503, 502].map(Reply::status)), |config| config.attempts = number(3));
    assert_eq!(it.refusal("a").await, "the model failed (status 503)");
    assert_eq!(it.api.total(), 3);
}

#[tokio::test]
async fn waits_between_the_half_and_the_whole_of_the_doubled_base() {
    let it = setup(
        |_| Reply::status(500),
        |config| {
            config.attempts = number(4);
            config.retry_base = ms(80);
        },
    );
    it.ask("a").await.unwrap_err();
    let gaps = gaps(&it.api.calls());
    for (gap, whole) in gaps.iter().zip([80, 160, 320]) {
        assert!(*gap >= ms(whole / 2) && *gap < ms(whole + 1000), "{gaps:?}");
    }
}

#[tokio::test]
async fn sentences_that_failed_together_come_back_apart() {
    let it = setup(
        |call| if call.attempt == 1 { Reply::status(500) } else { Reply::answer("a") },
        |config| config.retry_base = ms(300),
    );
    let sentences: Vec<_> = (0..8).map(|number| format!("number {number}")).collect();
    join_all(sentences.iter().map(|sentence| it.ask(sentence))).await;
    let calls = it.api.calls();
    let waits: BTreeSet<_> = sentences
        .iter()
        .map(|sentence| {
            let [first, second] = [1, 2].map(|attempt| {
                calls
                    .iter()
                    .find(|call| call.sentence() == Some(sentence) && call.attempt == attempt)
                    .expect("each sentence is tried twice")
                    .arrived
            });
            second.duration_since(first).as_millis() / 10
        })
        .collect();
    assert!(waits.len() > 2, "in hundredths of a second: {waits:?}");
}

#[tokio::test]
async fn waits_as_long_as_the_reply_asks() {
    for (headers, at_least) in [
        (vec![("retry-after-ms", "150")], ms(150)),
        (vec![("retry-after", "1")], ms(1000)),
        (vec![("retry-after", "30"), ("retry-after-ms", "150")], ms(150)),
    ] {
        let reply =
            headers.iter().fold(Reply::status(429), |reply, &(name, value)| reply.header(name, value));
        let it = once(reply);
        it.ask("a").await.unwrap();
        let gap = gaps(&it.api.calls())[0];
        assert!(gap >= at_least && gap < at_least + ms(2000), "{headers:?}: {gap:?}");
    }
}

#[tokio::test]
async fn waits_until_the_date_that_the_reply_names() {
    let date = SystemTime::now() + ms(2000);
    let it = once(Reply::status(503).header("retry-after", httpdate::fmt_http_date(date)));
    it.ask("a").await.unwrap();
    // The header has whole seconds.
    let whole = date.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    assert!(SystemTime::now() >= SystemTime::UNIX_EPOCH + Duration::from_secs(whole));
    assert!(gaps(&it.api.calls())[0] < ms(4000));
}

#[tokio::test]
async fn a_short_wait_that_is_asked_for_goes_before_a_long_base() {
    let reply = Reply::status(500).header("retry-after-ms", 1);
    let it = setup(in_turn([reply, Reply::answer("a")]), |config| config.retry_base = TEST_TIMEOUT * 10);
    let answer = tokio::time::timeout(TEST_TIMEOUT, it.ask("a")).await;
    assert_eq!(answer.unwrap().as_deref(), Ok("a"));
}

#[tokio::test]
async fn no_further_attempt_is_made_for_a_client_that_vanished() {
    let it = setup(|_| Reply::status(500), |config| config.retry_base = ms(100));
    let asking = it.spawn("a");
    it.api.until(TEST_TIMEOUT, |calls| calls.iter().any(|call| !call.is_open())).await.unwrap();
    asking.abort();
    assert!(it.api.until(ms(300), |calls| calls.len() > 1).await.is_err());
}
