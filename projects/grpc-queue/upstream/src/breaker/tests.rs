//! The breaker under a paused clock, which advances when everybody waits.

use super::*;

const OPEN: Duration = Duration::from_secs(10);

fn breaker(failures: u32) -> Arc<Breaker> {
    Breaker::new(failures, OPEN, Arc::new(()))
}

async fn open(failures: u32) -> Arc<Breaker> {
    let breaker = breaker(failures);
    for _ in 0..failures {
        breaker.pass().await.failed();
    }
    assert_eq!(breaker.state(), BreakerState::Open);
    breaker
}

async fn half_open() -> Arc<Breaker> {
    let breaker = open(1).await;
    tokio::time::sleep(OPEN).await;
    breaker
}

/// Whether something comes about without any time passing.
async fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(Duration::ZERO, future).await.ok()
}

#[tokio::test(start_paused = true)]
async fn opens_after_so_many_failures_in_a_row() {
    let breaker = breaker(3);
    for _ in 0..2 {
        breaker.pass().await.failed();
    }
    breaker.pass().await.succeeded();
    for _ in 0..2 {
        breaker.pass().await.failed();
        assert!(at_once(breaker.pass()).await.is_some());
    }
    breaker.pass().await.failed();
    assert!(at_once(breaker.pass()).await.is_none());
    assert!(at_once(breaker.permit()).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_neither_a_failure_nor_a_success() {
    let breaker = breaker(2);
    breaker.pass().await.failed();
    for _ in 0..5 {
        breaker.pass().await.refused();
        assert!(at_once(breaker.pass()).await.is_some());
    }
    breaker.pass().await.failed();
    assert!(at_once(breaker.pass()).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn stays_open_for_its_time_and_then_lets_one_probe_through() {
    let breaker = open(3).await;
    let opened = Instant::now();
    let probe = breaker.pass().await;
    assert!(opened.elapsed() >= OPEN, "{:?}", opened.elapsed());
    assert!(at_once(breaker.pass()).await.is_none());
    assert!(at_once(breaker.permit()).await.is_none());
    probe.succeeded();
    assert!(at_once(breaker.pass()).await.is_some());
    assert!(at_once(breaker.permit()).await.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_fails_opens_it_again_after_one_failure() {
    let breaker = open(3).await;
    breaker.pass().await.failed();
    let opened = Instant::now();
    let _probe = breaker.pass().await;
    assert!(opened.elapsed() >= OPEN, "{:?}", opened.elapsed());
}

#[tokio::test(start_paused = true)]
async fn after_a_probe_that_was_refused_or_aborted_the_next_attempt_is_a_probe() {
    let breaker = half_open().await;
    for end in [Pass::refused, drop] {
        end(at_once(breaker.pass()).await.unwrap());
        let next = at_once(breaker.pass()).await.unwrap();
        assert!(at_once(breaker.pass()).await.is_none());
        drop(next);
    }
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_for_the_probe_learn_of_its_end() {
    let breaker = half_open().await;
    let probe = breaker.pass().await;
    let waiting: Vec<_> = (0..5)
        .map(|_| {
            let breaker = Arc::clone(&breaker);
            tokio::spawn(async move { drop(breaker.permit().await) })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(waiting.iter().all(|worker| !worker.is_finished()));
    probe.succeeded();
    for worker in waiting {
        worker.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn an_unused_permit_is_revoked_when_the_breaker_opens() {
    let breaker = breaker(1);
    let permit = breaker.permit().await;
    assert!(at_once(breaker.revoked(&permit)).await.is_none());
    breaker.pass().await.failed();
    assert!(at_once(breaker.revoked(&permit)).await.is_some());
    assert!(permit.into_pass().is_none());
}

#[tokio::test(start_paused = true)]
async fn an_unused_permit_keeps_the_probe_only_until_an_attempt_wants_it() {
    let breaker = half_open().await;
    let idle = breaker.permit().await;
    assert!(at_once(breaker.permit()).await.is_none(), "one sentence is taken, not two");
    assert!(at_once(breaker.revoked(&idle)).await.is_none());
    let retry =
        at_once(breaker.pass()).await.expect("a retry needn't wait for a sentence that may never come");
    assert!(at_once(breaker.revoked(&idle)).await.is_some());
    drop(idle);
    assert!(at_once(breaker.pass()).await.is_none(), "the late permit has given nothing back");
    retry.succeeded();
}

#[tokio::test(start_paused = true)]
async fn a_permit_that_is_used_is_the_probe() {
    let breaker = half_open().await;
    let probe = breaker.permit().await.into_pass().unwrap();
    assert!(at_once(breaker.pass()).await.is_none());
    probe.failed();
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[tokio::test(start_paused = true)]
async fn an_unused_permit_is_given_back() {
    let breaker = half_open().await;
    drop(breaker.permit().await);
    assert!(at_once(breaker.permit()).await.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_result_from_before_it_opened_counts_no_longer() {
    let breaker = breaker(1);
    let (slow, late) = (breaker.pass().await, breaker.pass().await);
    breaker.pass().await.failed();
    assert!(at_once(slow.lapsed()).await.is_some());
    slow.succeeded();
    assert!(at_once(breaker.pass()).await.is_none(), "only a probe closes it");
    tokio::time::sleep(OPEN).await;
    breaker.pass().await.succeeded();
    late.failed();
    assert!(at_once(breaker.pass()).await.is_some(), "the failure is an old one");
}
