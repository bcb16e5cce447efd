//! What the fake does about a call: what it says, when, and how it fails.

use std::fmt::Display;
use std::time::Duration;

use ::http::{HeaderName, HeaderValue, StatusCode};

use crate::{Call, OpenAi};

/// What is done about a call. Without [`after`](Self::after) or [`held`](Self::held), at once.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(crate) after: Duration,
    pub(crate) pace: Duration,
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Answer(String),
    Raw(String),
    Partial { text: String, ending: Ending },
    Held,
    Dropped,
}

/// How a reply breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The connection breaks.
    Cut,
    /// Nothing more comes, and the connection stays.
    Stall,
}

impl Reply {
    fn new(content: Content) -> Self {
        Self {
            after: Duration::ZERO,
            pace: Duration::ZERO,
            status: StatusCode::OK,
            headers: Vec::new(),
            content,
        }
    }

    /// The model answers. As a stream of events, word by word, where the call asks for it.
    pub fn answer(text: impl Into<String>) -> Self {
        Self::new(Content::Answer(text.into()))
    }

    /// An error with this status and a body such as the API sends.
    ///
    /// # Panics
    ///
    /// Where the status isn't from 100 to 999.
    pub fn status(status: u16) -> Self {
        Self::error(status, &format!("error_{status}"))
    }

    /// An error with this status and this code in its body, such as `insufficient_quota`.
    ///
    /// # Panics
    ///
    /// Where the status isn't from 100 to 999.
    pub fn error(status: u16, code: &str) -> Self {
        let error = serde_json::json!({
            "error": { "message": format!("the fake was told to fail: {code}"), "type": code, "param": null, "code": code }
        });
        Self::raw(error.to_string()).in_status(status)
    }

    /// Status 200 with this body, whatever it is.
    pub fn raw(body: impl Into<String>) -> Self {
        Self::new(Content::Raw(body.into()))
    }

    /// Status 200 with a body that is no JSON.
    pub fn broken_json() -> Self {
        Self::raw(r#"{"id": "chatcmpl-1", "choices": [{"index": 0, "message": {"role": "assi"#)
    }

    /// Status 200 with a list of choices that is empty.
    pub fn no_choice() -> Self {
        Self::raw(r#"{"id": "chatcmpl-1", "object": "chat.completion", "choices": []}"#)
    }

    /// The connection breaks in the middle of the answer.
    pub fn cut_off(text: impl Into<String>) -> Self {
        Self::new(Content::Partial { text: text.into(), ending: Ending::Cut })
    }

    /// The first half of the answer comes, and then nothing, on a connection that stays open.
    pub fn stall(text: impl Into<String>) -> Self {
        Self::new(Content::Partial { text: text.into(), ending: Ending::Stall })
    }

    /// Nothing until [`Call::release`](suite_kit::fake::Call::release); without that, nothing at all.
    pub fn held() -> Self {
        Self::new(Content::Held)
    }

    /// Nothing at all, on a connection that stays open.
    pub fn hang() -> Self {
        Self::held()
    }

    /// The connection is closed without a reply.
    pub fn drop_connection() -> Self {
        Self::new(Content::Dropped)
    }

    /// With this status, whatever the body.
    ///
    /// # Panics
    ///
    /// Where the status isn't from 100 to 999.
    #[must_use]
    pub fn in_status(mut self, status: u16) -> Self {
        self.status = StatusCode::from_u16(status).expect("a status has three digits");
        self
    }

    /// With this header, beside those of its kind; a `content-type` takes the place of the usual one.
    ///
    /// # Panics
    ///
    /// Where the name isn't in lower case or the value isn't visible ASCII.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Display) -> Self {
        let value = HeaderValue::from_str(&value.to_string()).expect("a header's value is visible ASCII");
        self.headers.push((HeaderName::from_static(name), value));
        self
    }

    /// Delays the reply by this much after the call came, or after it was released.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.after = delay;
        self
    }

    /// With a pause of this length between the words of a stream of events.
    #[must_use]
    pub fn pace(mut self, pause: Duration) -> Self {
        self.pace = pause;
        self
    }
}

/// A script that gives one reply after the other, in the order in which the calls come, and then the last for ever.
///
/// # Panics
///
/// When a call comes and there is no reply at all.
pub fn in_turn(replies: impl IntoIterator<Item = Reply>) -> impl FnMut(&Call) -> Reply + Send + 'static {
    suite_kit::fake::in_turn::<OpenAi>(replies)
}
