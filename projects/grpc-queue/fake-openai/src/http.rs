//! HTTP: takes a request apart, asks the script, puts the reply together.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use ::http::header::{ALLOW, CONTENT_TYPE};
use ::http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde_json::Value;
use tokio::sync::oneshot;

use crate::call::Arrival;
use crate::ledger::{Guard, Ledger};
use crate::payload::{self, Payload};
use crate::reply::{Content, Ending, Reply};
use crate::server::Script;

const PATH: &str = "/v1/chat/completions";

/// Longer requests than any client of ours sends.
const MAX_REQUEST_BYTES: usize = 8 << 20;

/// What all connections share.
pub(crate) struct Service {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) script: Mutex<Script>,
}

/// The connection is to be closed without a reply.
#[derive(Debug, thiserror::Error)]
#[error("the connection was to be closed here")]
pub(crate) struct Dropped;

impl Service {
    /// Answers one request. Dropped when the client goes away, and with it the call's guard.
    pub(crate) async fn handle(
        self: Arc<Self>,
        request: Request<Incoming>,
        connection: u64,
    ) -> Result<Response<Payload>, Dropped> {
        let arrived = Instant::now();
        let (head, body) = request.into_parts();
        if head.uri.path() != PATH || head.method != Method::POST {
            self.ledger.stray(format!("{} {}", head.method, head.uri.path()));
            return Ok(refusal(if head.uri.path() == PATH {
                StatusCode::METHOD_NOT_ALLOWED
            } else {
                StatusCode::NOT_FOUND
            }));
        }
        let body = Limited::new(body, MAX_REQUEST_BYTES).collect().await.map_err(|_| Dropped)?.to_bytes();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let arrival = Arrival { arrived, connection, headers: head.headers, body };
        let (mut reply, guard, mut released) = self.ask(arrival);
        loop {
            if !reply.after.is_zero() {
                tokio::time::sleep(reply.after).await;
            }
            if !matches!(reply.content, Content::Held) {
                return respond(reply, guard);
            }
            match (&mut released).await {
                Ok(next) => reply = next,
                Err(_) => std::future::pending().await,
            }
        }
    }

    /// Records the call and asks the script. Whoever sees the call and then changes the script has changed it for the
    /// next: the script is locked from before the one to after the other.
    fn ask(&self, arrival: Arrival) -> (Reply, Guard, oneshot::Receiver<Reply>) {
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        let (guard, released) = self.ledger.enter(arrival);
        let reply = (*script)(&guard.call);
        (reply, guard, released)
    }
}

fn respond(reply: Reply, mut guard: Guard) -> Result<Response<Payload>, Dropped> {
    let call = guard.call.clone();
    let (number, model) = (call.number, call.model().unwrap_or("fake-openai"));
    let (body, kind) = match reply.content {
        Content::Dropped | Content::Held => {
            guard.replied();
            return Err(Dropped);
        }
        Content::Raw(body) => {
            guard.replied();
            (Payload::whole(body), JSON)
        }
        Content::Answer(text) if call.wants_stream() => {
            let events = payload::events(number, model, &text);
            (Payload::events(events, Ending::Complete, reply.pace, guard), EVENTS)
        }
        Content::Answer(text) => {
            guard.replied();
            (Payload::whole(payload::completion(number, model, &text)), JSON)
        }
        Content::Partial { text, ending } if call.wants_stream() => {
            let events = payload::events(number, model, &text);
            (Payload::events(events, ending, reply.pace, guard), EVENTS)
        }
        Content::Partial { text, ending } => {
            (Payload::half(&payload::completion(number, model, &text), ending, guard), JSON)
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in reply.headers {
        if name == CONTENT_TYPE {
            response.headers_mut().insert(name, value);
        } else {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

fn refusal(status: StatusCode) -> Response<Payload> {
    let error = serde_json::json!({ "error": { "message": status.to_string(), "code": status.as_u16() } });
    let mut response = Response::new(Payload::whole(error.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    }
    response
}
