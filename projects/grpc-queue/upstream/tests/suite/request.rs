//! What is sent.

use fake_openai::Reply;
use grpc_queue_upstream::ApiKey;
use serde_json::json;

use crate::setup::setup;

#[tokio::test]
async fn asks_with_model_and_sentence_and_no_more() {
    let it = setup(|_| Reply::answer(" An answer,\nunchanged. "), |config| config.model = "m-1".to_owned());
    let sentence = "  \"Ünchanged\"\u{0} \u{1F600}\n";
    assert_eq!(it.ask(sentence).await.unwrap(), " An answer,\nunchanged. ");
    let calls = it.api.calls();
    assert_eq!(
        calls[0].body,
        json!({ "model": "m-1", "messages": [{ "role": "user", "content": sentence }] })
    );
    assert_eq!(calls[0].header("content-type"), Some("application/json"));
    assert_eq!(calls[0].bearer(), None);
}

#[tokio::test]
async fn sends_key_and_system_prompt_where_they_are_set() {
    let it = setup(
        |_| Reply::answer(""),
        |config| {
            config.key = Some(ApiKey::new("sk-1").unwrap());
            config.system_prompt = Some("Be kind.".to_owned());
        },
    );
    assert_eq!(it.ask("Hello").await.unwrap(), "");
    let calls = it.api.calls();
    assert_eq!(calls[0].bearer(), Some("sk-1"));
    assert_eq!(calls[0].messages(), [("system", "Be kind."), ("user", "Hello")]);
}

#[tokio::test]
async fn each_attempt_carries_the_id_of_its_sentence() {
    let it = setup(|call| if call.attempt < 3 { Reply::status(500) } else { Reply::answer("a") }, |_| {});
    it.ask("a").await.unwrap();
    it.ask("bb").await.unwrap();
    let keys: Vec<_> =
        it.api.calls().iter().map(|call| call.header("idempotency-key").unwrap().to_owned()).collect();
    assert_eq!(keys, ["id-of-1", "id-of-1", "id-of-1", "id-of-2", "id-of-2", "id-of-2"]);
}

#[tokio::test]
async fn connections_are_used_again() {
    let it = setup(|call| if call.number == 2 { Reply::status(400) } else { Reply::answer("a") }, |_| {});
    for _ in 0..4 {
        let _answer_or_refusal = it.ask("a").await;
    }
    assert!(it.api.calls().iter().all(|call| call.connection == 1));
}
