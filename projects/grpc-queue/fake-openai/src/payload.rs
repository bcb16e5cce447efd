//! The body of a reply: whole, in events, cut off, or stalled.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use serde_json::json;
use tokio::time::Sleep;

use crate::ledger::Guard;
use crate::reply::Ending;

/// The body of a reply. It ends its call with its last byte; dropped before that, the client has gone.
pub(crate) struct Payload {
    chunks: VecDeque<Bytes>,
    ending: Ending,
    /// Announced as the length, where the whole of the body is known.
    length: Option<usize>,
    pace: Duration,
    pause: Option<Pin<Box<Sleep>>>,
    flushed: bool,
    guard: Option<Guard>,
}

/// The connection is to be broken here.
#[derive(Debug, thiserror::Error)]
#[error("the reply was to be cut off here")]
pub(crate) struct CutOff;

impl From<Infallible> for CutOff {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl Payload {
    /// A body whose call has ended.
    pub(crate) fn whole(body: String) -> Self {
        Self::new(VecDeque::from([Bytes::from(body)]), Ending::Complete, None, Duration::ZERO)
    }

    /// The first half of a body whose length is announced, then the ending.
    pub(crate) fn half(body: &str, ending: Ending, guard: Guard) -> Self {
        let half = Bytes::copy_from_slice(&body.as_bytes()[..body.len() / 2]);
        let mut payload = Self::new(VecDeque::from([half]), ending, Some(guard), Duration::ZERO);
        payload.length = Some(body.len());
        payload
    }

    /// Events, of which the second half stays out unless the ending is complete.
    pub(crate) fn events(mut chunks: VecDeque<Bytes>, ending: Ending, pace: Duration, guard: Guard) -> Self {
        if ending != Ending::Complete {
            chunks.truncate(chunks.len() / 2);
        }
        let mut payload = Self::new(chunks, ending, Some(guard), pace);
        payload.length = None;
        payload
    }

    fn new(chunks: VecDeque<Bytes>, ending: Ending, guard: Option<Guard>, pace: Duration) -> Self {
        let length = Some(chunks.iter().map(Bytes::len).sum());
        Self { chunks, ending, length, pace, pause: None, flushed: false, guard }
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = CutOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutOff>>> {
        if let Some(pause) = &mut self.pause {
            if pause.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.pause = None;
        }
        if let Some(chunk) = self.chunks.pop_front() {
            if !self.chunks.is_empty() && !self.pace.is_zero() {
                self.pause = Some(Box::pin(tokio::time::sleep(self.pace)));
            }
            if self.is_end_stream() {
                self.guard.iter_mut().for_each(Guard::replied);
            }
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        match self.ending {
            Ending::Complete => Poll::Ready(None),
            Ending::Stall => Poll::Pending,
            Ending::Cut if self.flushed => {
                self.guard.iter_mut().for_each(Guard::replied);
                Poll::Ready(Some(Err(CutOff)))
            }
            // What was said goes out first: a body that waits is flushed, one that fails isn't.
            Ending::Cut => {
                self.flushed = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.chunks.is_empty() && self.ending == Ending::Complete
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::new, |length| SizeHint::with_exact(length as u64))
    }
}

/// A completion with one choice, as the API sends it.
pub(crate) fn completion(number: usize, model: &str, text: &str) -> String {
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
pub(crate) fn events(number: usize, model: &str, text: &str) -> VecDeque<Bytes> {
    let event = |delta: serde_json::Value, finish: Option<&str>| {
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
