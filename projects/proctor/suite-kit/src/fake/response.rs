//! The response of a fake to a call, on the wire: what it sends, when, and how it ends.

use std::collections::VecDeque;
use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, StatusCode};

use super::{Call, Service};

/// What is done about a call. Without [`after`](Self::after) or [`held`](Self::held), at once.
#[derive(Clone, Debug)]
pub struct Response {
    pub(super) after: Duration,
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) content: Content,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Body(Chunks),
    Held,
    Dropped,
    #[cfg(feature = "websocket")]
    WebSocket(super::WebSocket),
}

/// A body in parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunks {
    pub(super) chunks: VecDeque<Bytes>,
    /// Announced as the length; none for a stream.
    pub(super) length: Option<usize>,
    /// Pause between two chunks.
    pub(super) pace: Duration,
    pub(super) ending: Ending,
}

/// How a body ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ending {
    #[default]
    Complete,
    /// The connection breaks.
    Cut,
    /// Nothing more comes, and the connection stays.
    Stall,
}

impl Response {
    fn new(content: Content) -> Self {
        Self { after: Duration::ZERO, status: StatusCode::OK, headers: Vec::new(), content }
    }

    fn of_chunks(chunks: VecDeque<Bytes>, length: Option<usize>) -> Self {
        Self::new(Content::Body(Chunks { chunks, length, pace: Duration::ZERO, ending: Ending::Complete }))
    }

    /// Status 200 with this body.
    pub fn body(body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let length = body.len();
        Self::of_chunks(VecDeque::from([body]), Some(length))
    }

    /// Status 200 with this body, as plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::body(text.into()).header("content-type", "text/plain; charset=utf-8")
    }

    /// Status 200 with this body, as JSON.
    pub fn json(json: impl Display) -> Self {
        Self::body(json.to_string()).header("content-type", "application/json")
    }

    /// Status 200 with a body of parts whose length is not announced.
    pub fn stream(chunks: impl IntoIterator<Item = Bytes>) -> Self {
        Self::of_chunks(chunks.into_iter().collect(), None)
    }

    /// This status, with an empty body.
    ///
    /// # Panics
    ///
    /// Where the status isn't from 100 to 999.
    pub fn status(status: u16) -> Self {
        Self::body(Bytes::new()).in_status(status)
    }

    /// Nothing until [`Call::release`]; without that, nothing at all, on a connection that stays open.
    pub fn held() -> Self {
        Self::new(Content::Held)
    }

    /// The connection is closed without a reply.
    pub fn drop_connection() -> Self {
        Self::new(Content::Dropped)
    }

    /// The request is upgraded to a WebSocket, which does this.
    #[cfg(feature = "websocket")]
    pub fn websocket(socket: super::WebSocket) -> Self {
        Self::new(Content::WebSocket(socket)).in_status(101)
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
    pub fn header(self, name: &'static str, value: impl Display) -> Self {
        let value = HeaderValue::from_str(&value.to_string()).expect("a header's value is visible ASCII");
        self.header_value(HeaderName::from_static(name), value)
    }

    /// As [`header`](Self::header), of a name and a value that are known to be valid.
    #[must_use]
    pub fn header_value(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if name == CONTENT_TYPE {
            self.headers.retain(|(set, _)| *set != CONTENT_TYPE);
        }
        self.headers.push((name, value));
        self
    }

    /// Delays the response by this much after the call came, or after it was released.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.after = delay;
        self
    }

    /// With a pause of this length between the parts of the body.
    #[must_use]
    pub fn pace(mut self, pause: Duration) -> Self {
        if let Content::Body(body) = &mut self.content {
            body.pace = pause;
        }
        self
    }

    /// The first half of the body comes, then the connection breaks.
    #[must_use]
    pub fn cut_off(self) -> Self {
        self.ending(Ending::Cut)
    }

    /// The first half of the body comes, then nothing, on a connection that stays open.
    #[must_use]
    pub fn stall(self) -> Self {
        self.ending(Ending::Stall)
    }

    fn ending(mut self, ending: Ending) -> Self {
        if let Content::Body(body) = &mut self.content {
            match body.chunks.make_contiguous() {
                [whole] => *whole = whole.slice(..whole.len() / 2),
                parts => {
                    let half = parts.len() / 2;
                    body.chunks.truncate(half);
                }
            }
            body.ending = ending;
        }
        self
    }
}

/// A script that gives one reply after the other, in the order in which the calls come, and then the last for ever.
///
/// # Panics
///
/// When a call comes and there is no reply at all.
pub fn in_turn<S: Service>(
    replies: impl IntoIterator<Item = S::Reply>,
) -> impl FnMut(&Call<S>) -> S::Reply + Send + 'static
where
    S::Reply: Clone,
{
    let mut replies: VecDeque<S::Reply> = replies.into_iter().collect();
    move |_| {
        let next = if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() };
        next.expect("a script has at least one reply")
    }
}
