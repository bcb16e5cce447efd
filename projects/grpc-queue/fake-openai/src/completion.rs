//! A completion: what a call asks for, and the bodies of an answer.

use bytes::Bytes;
use serde_json::{Value, json};

/// What a call asks for.
#[derive(Clone, Debug)]
pub struct Completion {
    /// The body; null where that was no JSON.
    pub body: Value,
}

impl Completion {
    /// The content of the last message, whatever its role.
    pub fn sentence(&self) -> Option<&str> {
        self.body["messages"].as_array()?.last()?["content"].as_str()
    }

    /// The model that was asked for.
    pub fn model(&self) -> Option<&str> {
        self.body["model"].as_str()
    }

    /// Whether the reply is wanted as a stream of events.
    pub fn wants_stream(&self) -> bool {
        self.body["stream"] == true
    }

    /// Role and content of each message, in order; empty where it is no text.
    pub fn messages(&self) -> Vec<(&str, &str)> {
        let messages = self.body["messages"].as_array().map_or(&[][..], Vec::as_slice);
        messages.iter().map(|message| (text(&message["role"]), text(&message["content"]))).collect()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A completion with one choice, as the API sends it.
pub(crate) fn whole(number: usize, model: &str, text: &str) -> String {
    json!({
        "id": format!("chatcmpl-{number}"),
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": model,
        "choices": [{
            "index": 0,
            "message": { "role": "assistant", "content": text, "refusal": null },
            "finish_reason": "stop",
        }],
        "usage": { "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2 },
    })
    .to_string()
}

/// The same as server-sent events, a word each, with the end mark.
pub(crate) fn events(number: usize, model: &str, text: &str) -> Vec<Bytes> {
    let event = |delta: Value, finish: Option<&str>| {
        let chunk = json!({
            "id": format!("chatcmpl-{number}"),
            "object": "chat.completion.chunk",
            "created": 1_700_000_000,
            "model": model,
            "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }],
        });
        Bytes::from(format!("data: {chunk}\n\n"))
    };
    let role = event(json!({ "role": "assistant", "content": "" }), None);
    let words = text.split_inclusive(' ').map(|word| event(json!({ "content": word }), None));
    let end = [event(json!({}), Some("stop")), Bytes::from_static(b"data: [DONE]\n\n")];
    std::iter::once(role).chain(words).chain(end).collect()
}
