//! What is made of a reply.

use std::time::Instant;

use fake_openai::Reply;
use futures_util::future::join_all;
use grpc_queue_upstream::Config;

use crate::setup::{TEST_TIMEOUT, ms, number, setup};

/// One attempt, answered so, has failed for this reason.
async fn fails(reply: Reply, reason: &str) {
    let it = setup(move |_| reply.clone(), |config| config.attempts = number(1));
    assert_eq!(it.refusal("a").await, reason);
    assert_eq!(it.api.total(), 1);
}

#[tokio::test]
async fn a_reply_that_cant_be_read_has_failed() {
    for reply in [
        Reply::broken_json(),
        Reply::no_choice(),
        Reply::raw(""),
        Reply::raw("<html>"),
        Reply::raw(r#"{"choices":[{"message":{"content":null}}]}"#),
        Reply::answer("long ".repeat(1 << 20)),
    ] {
        fails(reply, "the model's answer can't be read").await;
    }
}

#[tokio::test]
async fn a_connection_that_breaks_has_failed() {
    fails(Reply::cut_off("an answer"), "the model can't be reached").await;
    fails(Reply::drop_connection(), "the model can't be reached").await;
}

#[tokio::test]
async fn a_status_has_words_of_its_own() {
    fails(Reply::status(400), "the model refused the sentence (status 400)").await;
    fails(Reply::status(401), "the model isn't open to this service (status 401)").await;
    fails(Reply::status(429), "the model is too busy (status 429)").await;
    fails(Reply::status(503), "the model failed (status 503)").await;
    fails(Reply::error(429, "insufficient_quota"), "the model's quota is used up").await;
}

#[tokio::test]
async fn a_refusal_says_what_it_says_though_its_words_never_end() {
    fails(Reply::stall("half an error").in_status(400), "the model refused the sentence (status 400)").await;
    fails(Reply::stall("half an error").in_status(503), "the model failed (status 503)").await;
    let later = Reply::stall("half an error").in_status(429).header("retry-after", 61);
    let it = setup(move |_| later.clone(), |_| {});
    assert_eq!(it.refusal("a").await, "the model asks for a wait of more than a minute");
    assert_eq!(it.api.total(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Reply::status(307).header("location", "/v1/elsewhere");
    let it = setup(move |_| elsewhere.clone(), |config| config.attempts = number(1));
    assert_eq!(it.refusal("a").await, "the model's answer can't be read");
    assert_eq!(it.api.strays(), [""; 0]);
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_aborted() {
    let late = |reply: Reply| async move {
        let change = |config: &mut Config| {
            config.attempts = number(1);
            config.timeout = ms(800);
        };
        let it = setup(move |_| reply.clone(), change);
        let asked = Instant::now();
        assert_eq!(it.refusal("a").await, "the model didn't answer in time");
        let took = asked.elapsed();
        assert!(took >= ms(800) && took < TEST_TIMEOUT / 2, "{took:?}");
        it.api.until(TEST_TIMEOUT, |calls| calls[0].is_aborted()).await.unwrap();
    };
    let replies =
        [Reply::hang(), Reply::stall("half an answer"), Reply::answer("late").after(TEST_TIMEOUT * 10)];
    join_all(replies.map(late)).await;
}

#[tokio::test]
async fn a_call_for_a_client_that_vanished_is_aborted() {
    let it = setup(|_| Reply::held(), |_| {});
    let asking = it.spawn("a");
    it.api.until(TEST_TIMEOUT, |calls| calls.len() == 1).await.unwrap();
    asking.abort();
    it.api.until(TEST_TIMEOUT, |calls| calls[0].is_aborted()).await.unwrap();
}

#[tokio::test]
async fn a_model_that_isnt_there_cant_be_reached() {
    let it = setup(|_| Reply::answer("a"), |config| config.attempts = number(2));
    let address = it.api.address();
    drop(it.api);
    let permit = grpc_queue::Model::permit(&*it.model).await;
    let ask = grpc_queue::Ask { id: "1".to_owned(), sentence: "a".to_owned() };
    let gave_up = grpc_queue::Model::answer(&*it.model, permit, ask).await.unwrap_err();
    assert_eq!(gave_up.reason, "the model can't be reached");
    assert!(!gave_up.reason.contains(&address.to_string()));
}
