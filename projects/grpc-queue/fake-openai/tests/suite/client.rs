//! A client for these tests.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

use std::time::Duration;

use fake_openai::FakeOpenAi;
use serde_json::{Value, json};

/// Longer than anything here takes on a busy machine.
pub(crate) const SOON: Duration = Duration::from_secs(10);

pub(crate) fn body(sentence: &str) -> Value {
    json!({ "model": "m", "messages": [{ "role": "user", "content": sentence }] })
}

pub(crate) fn request(model: &FakeOpenAi, body: &Value) -> reqwest::RequestBuilder {
    let client = reqwest::Client::builder().build().unwrap();
    client.post(format!("{}/chat/completions", model.base_url())).json(body)
}

pub(crate) async fn ask(model: &FakeOpenAi, sentence: &str) -> reqwest::Result<reqwest::Response> {
    request(model, &body(sentence)).send().await
}
