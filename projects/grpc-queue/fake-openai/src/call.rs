//! One call of the model: what was asked, and what has become of it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ::http::HeaderMap;
use serde_json::Value;
use tokio::sync::oneshot;

use crate::Reply;

/// One call of the model. Clones are handles to the same call.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its place among all calls, from 1, in the order in which their bodies were read.
    pub number: usize,
    /// How many calls had the same sentence so far, this one included. Always 1 where nothing is recorded.
    pub attempt: usize,
    /// When its head had been read.
    pub arrived: Instant,
    /// How many calls were open when it came, this one included.
    pub in_flight: usize,
    /// Which connection it came on, from 1.
    pub connection: u64,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; null where that was no JSON.
    pub body: Value,
    shared: Arc<Shared>,
}

/// What has become of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The client is waiting.
    Open,
    /// The whole reply was handed to the connection, or the connection was closed on purpose, at this time.
    Replied(Instant),
    /// The client went away before it had the whole reply; noticed at this time.
    Aborted(Instant),
}

#[derive(Debug)]
struct Shared {
    fate: Mutex<Fate>,
    release: Mutex<Option<oneshot::Sender<Reply>>>,
}

/// What the server knows of a call that has just come.
pub(crate) struct Arrival {
    pub(crate) arrived: Instant,
    pub(crate) connection: u64,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Call {
    pub(crate) fn new(
        arrival: Arrival,
        number: usize,
        attempt: usize,
        in_flight: usize,
        release: oneshot::Sender<Reply>,
    ) -> Self {
        let Arrival { arrived, connection, headers, body } = arrival;
        let shared = Shared { fate: Mutex::new(Fate::Open), release: Mutex::new(Some(release)) };
        Self { number, attempt, arrived, in_flight, connection, headers, body, shared: Arc::new(shared) }
    }

    /// What has become of it by now.
    pub fn fate(&self) -> Fate {
        *self.shared.fate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_fate(&self, fate: Fate) {
        *self.shared.fate.lock().unwrap_or_else(PoisonError::into_inner) = fate;
    }

    /// Whether the client is still waiting.
    pub fn is_open(&self) -> bool {
        self.fate() == Fate::Open
    }

    /// Whether the client went away before it had its reply.
    pub fn is_aborted(&self) -> bool {
        matches!(self.fate(), Fate::Aborted(_))
    }

    /// How long it was open; none while it still is.
    pub fn lasted(&self) -> Option<Duration> {
        match self.fate() {
            Fate::Open => None,
            Fate::Replied(at) | Fate::Aborted(at) => Some(at.saturating_duration_since(self.arrived)),
        }
    }

    /// Lets a [held](Reply::held) call have its reply. False where it has one already or the client has gone.
    pub fn release(&self, reply: Reply) -> bool {
        let release = self.shared.release.lock().unwrap_or_else(PoisonError::into_inner).take();
        release.is_some_and(|release| release.send(reply).is_ok())
    }

    /// The content of the last message, whatever its role.
    pub fn sentence(&self) -> Option<&str> {
        sentence(&self.body)
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

    /// A header's value, where there is one and it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The bearer token.
    pub fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }
}

pub(crate) fn sentence(body: &Value) -> Option<&str> {
    body["messages"].as_array()?.last()?["content"].as_str()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
