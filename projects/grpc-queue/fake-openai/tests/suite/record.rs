//! What it records.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use fake_openai::{FakeOpenAi, Fate, Reply};
use serde_json::json;

use crate::client::{SOON, ask, body, request};

#[tokio::test]
async fn records_what_was_asked_and_how_often() {
    let model = FakeOpenAi::start(|_| Reply::status(500)).unwrap();
    let mut asked = body("Hello");
    asked["messages"].as_array_mut().unwrap().insert(0, json!({ "role": "system", "content": "Be kind." }));
    let before = Instant::now();
    request(&model, &asked).bearer_auth("secret").header("idempotency-key", "7").send().await.unwrap();
    ask(&model, "Goodbye").await.unwrap();
    ask(&model, "Hello").await.unwrap();
    let calls = model.calls();
    assert_eq!(
        calls.iter().map(|call| (call.number, call.attempt)).collect::<Vec<_>>(),
        [(1, 1), (2, 1), (3, 2)]
    );
    let first = &calls[0];
    assert!(first.arrived >= before && first.lasted().unwrap() <= before.elapsed());
    assert_eq!(first.model(), Some("m"));
    assert_eq!(first.messages(), [("system", "Be kind."), ("user", "Hello")]);
    assert_eq!(
        (first.sentence(), first.bearer(), first.header("idempotency-key")),
        (Some("Hello"), Some("secret"), Some("7"))
    );
    assert!(matches!(first.fate(), Fate::Replied(_)));
}

#[tokio::test]
async fn a_held_call_waits_for_its_release() {
    let model = FakeOpenAi::start(|_| Reply::held()).unwrap();
    let (reply, ()) = tokio::join!(ask(&model, "a"), async {
        let calls = model.until(SOON, |calls| calls.len() == 1).await.unwrap();
        assert_eq!((calls[0].fate(), model.in_flight()), (Fate::Open, 1));
        assert!(calls[0].release(Reply::answer("now")));
        assert!(!calls[0].release(Reply::answer("again")));
    });
    assert!(reply.unwrap().text().await.unwrap().contains("now"));
    assert_eq!((model.in_flight(), model.peak()), (0, 1));
}

#[tokio::test]
async fn a_client_that_goes_away_is_noticed_at_once() {
    let model = FakeOpenAi::start(|call| match call.sentence() {
        Some("late") => Reply::answer("a").after(Duration::from_secs(3600)),
        _ => Reply::held(),
    })
    .unwrap();
    for (nth, sentence) in ["held", "late"].into_iter().enumerate() {
        let gone = {
            let (model, call) = (&model, ask(&model, sentence));
            tokio::pin!(call);
            tokio::select! {
                _ = &mut call => unreachable!("it has no reply"),
                calls = model.until(SOON, |calls| calls.len() > nth) => drop(calls.unwrap()),
            }
            Instant::now()
        };
        let calls = model.until(SOON, |calls| calls[nth].is_aborted()).await.unwrap();
        let Fate::Aborted(noticed) = calls[nth].fate() else { unreachable!("it was aborted") };
        let after = noticed.saturating_duration_since(gone);
        assert!(after < Duration::from_secs(1), "noticed after {after:?}");
        assert!(!calls[nth].release(Reply::answer("too late")));
        assert_eq!(model.in_flight(), 0);
    }
}

#[tokio::test]
async fn a_stream_of_http_2_that_is_reset_is_noticed() {
    let model = FakeOpenAi::start(|_| Reply::held()).unwrap();
    let client = reqwest::Client::builder().http2_prior_knowledge().build().unwrap();
    let call = client.post(format!("{}/chat/completions", model.base_url())).json(&body("a")).send();
    {
        tokio::pin!(call);
        tokio::select! {
            _ = &mut call => unreachable!("it has no reply"),
            calls = model.until(SOON, |calls| calls.len() == 1) => drop(calls.unwrap()),
        }
    }
    model.until(SOON, |calls| calls[0].is_aborted()).await.unwrap();
}

#[test]
fn a_wait_that_is_in_vain_gives_the_calls_so_far() {
    let model = FakeOpenAi::start(|_| Reply::held()).unwrap();
    let overdue = model.wait_for(Duration::from_millis(20), |calls| !calls.is_empty()).unwrap_err();
    assert_eq!(overdue.to_string(), "the calls aren't as expected after 20ms; there are 0");
}

#[tokio::test]
async fn the_script_may_be_changed_while_it_runs() {
    let model = FakeOpenAi::start(|_| Reply::status(500)).unwrap();
    assert_eq!(ask(&model, "a").await.unwrap().status(), 500);
    model.set_script(|_| Reply::answer("a"));
    assert_eq!(ask(&model, "a").await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_call_that_was_seen_is_not_for_the_next_script() {
    for _ in 0..20 {
        let model = FakeOpenAi::start(|_| Reply::held()).unwrap();
        let (reply, ()) = tokio::join!(ask(&model, "a"), async {
            let calls = model.until(SOON, |calls| calls.len() == 1).await.unwrap();
            model.set_script(|_| Reply::status(500));
            assert!(calls[0].release(Reply::answer("now")));
        });
        assert_eq!(reply.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn dropped_it_closes_its_port_and_its_connections() {
    let model = FakeOpenAi::start(|_| Reply::held()).unwrap();
    let address = model.address();
    let call = tokio::spawn(request(&model, &body("a")).send());
    model.until(SOON, |calls| calls.len() == 1).await.unwrap();
    drop(model);
    assert!(call.await.unwrap().is_err());
    let again = FakeOpenAi::builder().listen(address).start(|_| Reply::answer("back")).unwrap();
    assert!(TcpListener::bind(address).is_err());
    assert_eq!(ask(&again, "a").await.unwrap().status(), 200);
}
