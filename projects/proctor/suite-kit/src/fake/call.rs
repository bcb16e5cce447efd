//! One call: what was asked, and how it ended.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderMap, Method};
use tokio::sync::oneshot;

use super::Service;

/// One call. Clones are handles to the same call; it dereferences to the service's own content.
pub struct Call<S: Service> {
    /// Its place among all calls, from 1, in the order in which their bodies were read.
    pub number: usize,
    /// How many calls had the same key so far, this one included. Always 1 where nothing is recorded.
    pub attempt: usize,
    /// When its head had been read.
    pub arrived: Instant,
    /// How many calls were open when it came, this one included.
    pub in_flight: usize,
    /// Which connection it came on, from 1.
    pub connection: u64,
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: String,
    /// What follows the question mark; empty where there is none.
    pub query: String,
    /// Its headers.
    pub headers: HeaderMap,
    shared: Arc<Shared<S>>,
}

/// What has become of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The client is waiting.
    Open,
    /// The whole reply was handed to the connection, or the connection was closed on purpose, at this time.
    Replied(Instant),
    /// The client disconnected before it had the whole reply; noticed at this time.
    Aborted(Instant),
}

struct Shared<S: Service> {
    content: S::Content,
    fate: Mutex<Fate>,
    release: Mutex<Option<oneshot::Sender<S::Reply>>>,
    #[cfg(feature = "websocket")]
    socket: super::websocket::Socket,
}

/// What the server knows of a call that has just come.
pub(super) struct Arrival<S: Service> {
    pub(super) arrived: Instant,
    pub(super) connection: u64,
    pub(super) head: http::request::Parts,
    pub(super) content: S::Content,
}

/// What the ledger knows of it.
pub(super) struct Place {
    pub(super) number: usize,
    pub(super) attempt: usize,
    pub(super) in_flight: usize,
}

impl<S: Service> Call<S> {
    pub(super) fn new(arrival: Arrival<S>, place: Place, release: oneshot::Sender<S::Reply>) -> Self {
        let Arrival { arrived, connection, head, content } = arrival;
        let Place { number, attempt, in_flight } = place;
        let shared = Shared {
            content,
            fate: Mutex::new(Fate::Open),
            release: Mutex::new(Some(release)),
            #[cfg(feature = "websocket")]
            socket: super::websocket::Socket::default(),
        };
        Self {
            number,
            attempt,
            arrived,
            in_flight,
            connection,
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            method: head.method,
            headers: head.headers,
            shared: Arc::new(shared),
        }
    }

    /// What has become of it by now.
    pub fn fate(&self) -> Fate {
        *self.shared.fate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_fate(&self, fate: Fate) {
        *self.shared.fate.lock().unwrap_or_else(PoisonError::into_inner) = fate;
    }

    /// Whether the client is still waiting.
    pub fn is_open(&self) -> bool {
        self.fate() == Fate::Open
    }

    /// Whether the client disconnected before it had its reply.
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

    /// Lets a held call have its reply. False where it has one already or the client has disconnected.
    pub fn release(&self, reply: S::Reply) -> bool {
        let release = self.shared.release.lock().unwrap_or_else(PoisonError::into_inner).take();
        release.is_some_and(|release| release.send(reply).is_ok())
    }

    /// A header's value, where there is one and it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The bearer token.
    pub fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    #[cfg(feature = "websocket")]
    pub(super) fn socket(&self) -> &super::websocket::Socket {
        &self.shared.socket
    }
}

impl<S: Service> Clone for Call<S> {
    fn clone(&self) -> Self {
        Self {
            number: self.number,
            attempt: self.attempt,
            arrived: self.arrived,
            in_flight: self.in_flight,
            connection: self.connection,
            method: self.method.clone(),
            path: self.path.clone(),
            query: self.query.clone(),
            headers: self.headers.clone(),
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<S: Service> Deref for Call<S> {
    type Target = S::Content;

    fn deref(&self) -> &S::Content {
        &self.shared.content
    }
}

impl<S: Service> fmt::Debug for Call<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("number", &self.number)
            .field("attempt", &self.attempt)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("headers", &self.headers)
            .field("content", &self.shared.content)
            .field("fate", &self.fate())
            .finish_non_exhaustive()
    }
}
