//! What it replies.

use std::time::{Duration, Instant};

use fake_openai::{Eliza, FakeOpenAi, Fault, Reply, in_turn};
use serde_json::{Value, json};

use crate::client::{SOON, ask, body, request};

#[tokio::test]
async fn answers_with_the_text_of_the_script() {
    let model = FakeOpenAi::start(|call| Reply::answer(format!("{}!", call.sentence().unwrap()))).unwrap();
    let reply: Value = ask(&model, "Hello").await.unwrap().json().await.unwrap();
    assert_eq!(
        reply["choices"][0]["message"],
        json!({ "role": "assistant", "content": "Hello!", "refusal": null })
    );
    assert_eq!(reply["object"], "chat.completion");
}

#[tokio::test]
async fn answers_in_turn_and_then_the_same_for_ever() {
    let script = in_turn([
        Reply::error(429, "insufficient_quota").header("retry-after", 2).header("x-should-retry", "false"),
        Reply::no_choice(),
        Reply::broken_json(),
    ]);
    let model = FakeOpenAi::start(script).unwrap();
    let refused = ask(&model, "a").await.unwrap();
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "2");
    assert_eq!(refused.headers()["x-should-retry"], "false");
    assert_eq!(refused.json::<Value>().await.unwrap()["error"]["code"], "insufficient_quota");
    assert_eq!(ask(&model, "a").await.unwrap().json::<Value>().await.unwrap()["choices"], json!([]));
    for _ in 0..2 {
        let broken = ask(&model, "a").await.unwrap();
        assert_eq!(broken.status(), 200);
        assert!(serde_json::from_str::<Value>(&broken.text().await.unwrap()).is_err());
    }
}

#[tokio::test]
async fn waits_as_long_as_the_script_says() {
    let model = FakeOpenAi::start(|_| Reply::answer("late").after(Duration::from_millis(60))).unwrap();
    let asked = Instant::now();
    ask(&model, "a").await.unwrap();
    assert!(asked.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn closes_the_connection_without_a_reply() {
    let model = FakeOpenAi::start(|_| Reply::drop_connection()).unwrap();
    assert!(ask(&model, "a").await.unwrap_err().is_request());
}

#[tokio::test]
async fn breaks_off_in_the_middle_of_an_answer() {
    let model = FakeOpenAi::start(|_| Reply::cut_off("a long answer")).unwrap();
    for stream in [false, true] {
        let mut body = body("a");
        body["stream"] = json!(stream);
        let mut reply = request(&model, &body).send().await.unwrap();
        let half = reply.chunk().await.unwrap().unwrap();
        assert!(half.starts_with(b"{") || half.starts_with(b"data: {"), "{half:?}");
        let rest = loop {
            match reply.chunk().await {
                Ok(Some(more)) => assert!(!more.windows(6).any(|part| part == b"[DONE]"), "{more:?}"),
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        assert!(rest.is_err(), "the end wasn't noticed with stream = {stream}");
    }
}

#[tokio::test]
async fn stalls_in_the_middle_of_an_answer_until_the_client_gives_up() {
    let model = FakeOpenAi::start(|_| Reply::stall("a long answer")).unwrap();
    let mut reply = ask(&model, "a").await.unwrap();
    assert!(reply.chunk().await.unwrap().is_some());
    assert!(tokio::time::timeout(Duration::from_millis(50), reply.chunk()).await.is_err());
    assert!(model.calls()[0].is_open());
    drop(reply);
    model.until(SOON, |calls| calls[0].is_aborted()).await.unwrap();
}

#[tokio::test]
async fn streams_an_answer_word_by_word_where_that_is_asked_for() {
    let model =
        FakeOpenAi::start(|_| Reply::answer("one two three").pace(Duration::from_millis(10))).unwrap();
    let mut body = body("a");
    body["stream"] = json!(true);
    let asked = Instant::now();
    let reply = request(&model, &body).send().await.unwrap();
    assert_eq!(reply.headers()["content-type"], "text/event-stream");
    let text = reply.text().await.unwrap();
    assert!(asked.elapsed() >= Duration::from_millis(50), "six events have five pauses");
    let events = text.strip_suffix("data: [DONE]\n\n").expect("the end is marked");
    let said: String = events
        .split_terminator("\n\n")
        .map(|event| serde_json::from_str::<Value>(event.strip_prefix("data: ").unwrap()).unwrap())
        .map(|event| event["choices"][0]["delta"]["content"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(said, "one two three");
    assert!(!model.calls()[0].is_open());
}

#[tokio::test]
async fn eliza_answers_and_fails_at_regular_places() {
    let faults = [Fault::TooManyRequests, Fault::ServerError];
    let model = FakeOpenAi::builder().unrecorded().start(Eliza::new().failing(2, &faults).script()).unwrap();
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(ask(&model, "I am sad").await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [200, 429, 200, 500, 200, 429]);
    assert_eq!((model.total(), model.calls().len()), (6, 0));
}

#[tokio::test]
async fn what_is_no_call_is_refused_and_noted() {
    let model = FakeOpenAi::start(|_| Reply::answer("a")).unwrap();
    let client = reqwest::Client::new();
    let get = client.get(format!("{}/chat/completions", model.base_url())).send().await.unwrap();
    assert_eq!(get.status(), 405);
    let models = client.post(format!("{}/models", model.base_url())).send().await.unwrap();
    assert_eq!(models.status(), 404);
    assert_eq!(model.strays(), ["GET /v1/chat/completions", "POST /v1/models"]);
    assert!(model.calls().is_empty());
}

#[tokio::test]
async fn speaks_http_2_to_a_client_that_knows_it() {
    let model = FakeOpenAi::start(|_| Reply::answer("a")).unwrap();
    let client = reqwest::Client::builder().http2_prior_knowledge().build().unwrap();
    let call = client.post(format!("{}/chat/completions", model.base_url())).json(&body("a"));
    let reply = call.send().await.unwrap();
    assert_eq!((reply.status().as_u16(), reply.version()), (200, reqwest::Version::HTTP_2));
}
