//! The JSON of a chat completion, as far as it is needed.

use serde::{Deserialize, Serialize};

/// The request.
#[derive(Serialize)]
pub(crate) struct Request<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    /// Left out where it isn't wanted: the fewer fields, the more APIs understand them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stream: bool,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

impl<'a> Request<'a> {
    pub(crate) fn new(
        model: &'a str,
        system_prompt: Option<&'a str>,
        sentence: &'a str,
        stream: bool,
    ) -> Self {
        let system = system_prompt.map(|content| Message { role: "system", content });
        let user = Message { role: "user", content: sentence };
        Self { model, messages: system.into_iter().chain([user]).collect(), stream }
    }
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Answer,
}

#[derive(Deserialize)]
struct Answer {
    content: Option<String>,
}

/// The content of the first choice, where there is one.
pub(crate) fn answer(body: &[u8]) -> Option<String> {
    let completion: Completion = serde_json::from_slice(body).ok()?;
    completion.choices.into_iter().next()?.message.content
}

#[derive(Deserialize)]
struct Chunk {
    choices: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    index: u32,
    delta: Answer,
}

/// What one event of a stream adds to the first choice: nothing as a rule for the first and the last. None where the
/// event can't be read, or is an error.
pub(crate) fn delta(event: &[u8]) -> Option<String> {
    let chunk: Chunk = serde_json::from_slice(event).ok()?;
    let first = chunk.choices.into_iter().find(|part| part.index == 0);
    Some(first.and_then(|part| part.delta.content).unwrap_or_default())
}

/// The code in an error's body, where there is one.
pub(crate) fn error_code(body: &[u8]) -> Option<String> {
    let error: serde_json::Value = serde_json::from_slice(body).ok()?;
    error["error"]["code"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_prompt_comes_first_where_there_is_one() {
        let with = serde_json::to_string(&Request::new("m", Some("Be kind."), "Hello", false)).unwrap();
        assert_eq!(
            with,
            r#"{"model":"m","messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Hello"}]}"#
        );
        let without = serde_json::to_string(&Request::new("m", None, "\"", false)).unwrap();
        assert_eq!(without, r#"{"model":"m","messages":[{"role":"user","content":"\""}]}"#);
    }

    #[test]
    fn reads_the_first_choice() {
        for (body, expected) in [
            (r#"{"choices":[{"message":{"content":" A "}},{"message":{"content":"B"}}]}"#, Some(" A ")),
            (r#"{"choices":[{"message":{"content":""}}],"usage":null}"#, Some("")),
            (r#"{"choices":[{"message":{"content":null,"tool_calls":[]}}]}"#, None),
            (r#"{"choices":[{"message":{}}]}"#, None),
            (r#"{"choices":[]}"#, None),
            (r#"{"choices":[{"message":{"content":"A"}}]"#, None),
            ("{}", None),
            ("", None),
        ] {
            assert_eq!(answer(body.as_bytes()).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn reads_what_an_event_adds_to_the_first_choice() {
        for (event, expected) in [
            (r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#, Some("")),
            (r#"{"choices":[{"index":0,"delta":{"content":" a"}}]}"#, Some(" a")),
            (r#"{"choices":[{"index":1,"delta":{"content":"b"}}]}"#, Some("")),
            (r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#, Some("")),
            (r#"{"choices":[],"usage":{"total_tokens":2}}"#, Some("")),
            (r#"{"error":{"message":"overloaded"}}"#, None),
            ("{", None),
        ] {
            assert_eq!(delta(event.as_bytes()).as_deref(), expected, "{event}");
        }
    }

    #[test]
    fn reads_an_errors_code() {
        for (body, expected) in [
            (r#"{"error":{"code":"insufficient_quota"}}"#, Some("insufficient_quota")),
            (r#"{"error":{"code":7}}"#, None),
            (r#"{"error":"busy"}"#, None),
            ("<html>", None),
        ] {
            assert_eq!(error_code(body.as_bytes()).as_deref(), expected, "{body}");
        }
    }
}
