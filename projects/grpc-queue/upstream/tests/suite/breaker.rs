//! The breaker among several workers.

use std::time::{Duration, Instant};

use fake_openai::{Call, Fate, Reply};
use grpc_queue::Model;
use grpc_queue_upstream::{BreakerState, Config};
use tokio::task::JoinHandle;

use crate::setup::{Setup, TEST_TIMEOUT, ms, number, setup};

const OPEN: Duration = ms(400);

/// Two failures open it; one attempt for each sentence.
fn brittle(config: &mut Config) {
    config.attempts = number(1);
    config.breaker_failures = number(2);
    config.breaker_open = OPEN;
}

/// Two attempts were under way when the first one's failure opened the breaker; then the second has failed, too. With
/// it, when the breaker was still closed.
async fn open(attempts: u32) -> (Setup, Instant) {
    let change = |config: &mut Config| {
        brittle(config);
        config.breaker_failures = number(1);
        config.attempts = number(attempts);
    };
    let it = setup(|_| Reply::held(), change);
    // Not aborted with their handles: they go on for as long as the test.
    drop(["opens it", "and it, too"].map(|sentence| it.spawn(sentence)));
    let calls = it.api.until(TEST_TIMEOUT, |calls| calls.len() == 2).await.expect("both are asked");
    it.api.set_script(|_| Reply::status(500));
    assert!(calls[0].release(Reply::status(500)));
    soon(async {
        while it.model.breaker() != BreakerState::Open {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(calls[1].release(Reply::status(500)));
    let closed = replied(&calls[0]);
    (it, closed)
}

/// When a call had its reply.
fn replied(call: &Call) -> Instant {
    let Fate::Replied(at) = call.fate() else { unreachable!("it was answered") };
    at
}

async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(TEST_TIMEOUT, future).await.expect("it comes about soon")
}

#[tokio::test]
async fn no_attempt_is_made_and_no_sentence_taken_while_it_is_open() {
    let (it, closed) = open(1).await;
    let calls = it.api.total();
    it.api.set_script(|_| Reply::answer("a"));
    let permit = soon(it.model.permit()).await;
    assert!(closed.elapsed() >= OPEN, "{:?}", closed.elapsed());
    assert_eq!(it.api.total(), calls);
    drop(permit);
}

#[tokio::test]
async fn one_probe_is_made_and_its_success_lets_all_go_on() {
    let (it, _) = open(1).await;
    it.api.set_script(|_| Reply::held());
    let before = it.api.total();
    let asking: Vec<_> = ["a", "b", "c", "d"].map(|sentence| it.spawn(sentence)).into();
    let calls = it.api.until(TEST_TIMEOUT, |calls| calls.len() > before).await.unwrap();
    assert!(it.api.until(ms(200), |calls| calls.len() > before + 1).await.is_err(), "there is one probe");
    it.api.set_script(|_| Reply::answer("later"));
    assert!(calls[before].release(Reply::answer("probe")));
    for asking in asking {
        assert!(soon(asking).await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn a_probe_that_fails_opens_it_for_as_long_again() {
    let (it, _) = open(1).await;
    it.ask("probe").await.unwrap_err();
    it.ask("next probe").await.unwrap_err();
    let calls = it.api.calls();
    let [.., probe, next] = &calls[..] else { unreachable!("there are four calls") };
    let gap = next.arrived.duration_since(probe.arrived);
    assert!(gap >= OPEN, "{gap:?}");
}

#[tokio::test]
async fn after_a_probe_that_was_refused_or_aborted_comes_another() {
    let (it, _) = open(1).await;
    let before = it.api.total();
    it.api.set_script(|call| match call.sentence() {
        Some("refused") => Reply::status(429),
        Some("aborted") => Reply::hang(),
        _ => Reply::held(),
    });
    it.ask("refused").await.unwrap_err();
    let aborted = it.spawn("aborted");
    it.api.until(TEST_TIMEOUT, |calls| calls.len() == before + 2).await.unwrap();
    aborted.abort();
    let asking = ["a", "b"].map(|sentence| it.spawn(sentence));
    it.api.until(TEST_TIMEOUT, |calls| calls.len() == before + 3).await.unwrap();
    assert!(it.api.until(ms(200), |calls| calls.len() > before + 3).await.is_err(), "it is a probe again");
    asking.iter().for_each(JoinHandle::abort);
}

#[tokio::test]
async fn a_refusal_counts_neither_as_failure_nor_as_success() {
    let it = setup(
        |call| match call.sentence() {
            Some("fails") => Reply::status(500),
            Some("refused for now") => Reply::status(429),
            _ => Reply::status(400),
        },
        brittle,
    );
    for sentence in
        ["refused for now", "refused", "refused for now", "refused", "fails", "refused", "refused for now"]
    {
        it.ask(sentence).await.unwrap_err();
        assert_eq!(it.model.breaker(), BreakerState::Closed, "after {sentence}");
    }
    it.ask("fails").await.unwrap_err();
    let closed = replied(it.api.calls().last().expect("there were calls"));
    drop(soon(it.model.permit()).await);
    assert!(closed.elapsed() >= OPEN, "the second failure in a row opens it: {:?}", closed.elapsed());
}

#[tokio::test]
async fn retries_wait_for_the_breaker_and_are_its_probe_though_a_worker_idles() {
    // Both sentences are held by workers when the breaker opens.
    let (it, closed) = open(5).await;
    it.api.set_script(|_| Reply::held());
    let before = it.api.total();
    // An idle worker may get the place of the probe first; it has no sentence.
    let model = std::sync::Arc::clone(&it.model);
    let idle = tokio::spawn(async move {
        let permit = model.permit().await;
        model.revoked(&permit).await;
    });
    let calls = it.api.until(TEST_TIMEOUT, |calls| calls.len() > before).await.unwrap();
    let waited = calls[before].arrived.duration_since(closed);
    assert!(waited >= OPEN, "{waited:?}");
    assert!(it.api.until(ms(200), |calls| calls.len() > before + 1).await.is_err(), "there is one probe");
    assert!(calls[before].release(Reply::answer("a")));
    it.api.until(TEST_TIMEOUT, |calls| calls.len() == before + 2).await.unwrap();
    idle.abort();
}

#[tokio::test]
async fn whoever_waits_for_the_limit_when_it_opens_makes_no_attempt() {
    let it = setup(
        |_| Reply::status(500),
        |config| {
            brittle(config);
            config.breaker_failures = number(1);
            config.breaker_open = TEST_TIMEOUT;
            config.calls_per_minute = Some(number(600));
        },
    );
    let asking = ["a", "b", "c"].map(|sentence| it.spawn(sentence));
    it.api.until(TEST_TIMEOUT, |calls| calls.iter().any(|call| !call.is_open())).await.unwrap();
    assert!(it.api.until(ms(500), |calls| calls.len() > 1).await.is_err());
    asking.iter().for_each(JoinHandle::abort);
}
