//! HTTP: takes a request apart, asks the script, puts the reply together.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use http::header::{ALLOW, HeaderValue};
use http::{Request, Response as HttpResponse};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use tokio::sync::oneshot;

use super::call::Arrival;
use super::ledger::{Guard, Ledger};
use super::payload::Payload;
use super::response::{Content, Response};
use super::{Call, Received, Refusal, Service};

/// Maximum length of a request: more than any client of a test sends.
const MAX_REQUEST_BYTES: usize = 8 << 20;

pub(super) type Script<S> = Box<dyn FnMut(&Call<S>) -> <S as Service>::Reply + Send>;

/// What all connections share.
pub(super) struct Handler<S: Service> {
    pub(super) ledger: Arc<Ledger<S>>,
    pub(super) script: Mutex<Script<S>>,
}

/// The connection is to be closed without a reply.
#[derive(Debug, thiserror::Error)]
#[error("the connection was to be closed here")]
pub(super) struct Dropped;

impl<S: Service> Handler<S> {
    /// Answers one request. Dropped when the client disconnects, and with it the call's guard.
    pub(super) async fn handle(
        self: Arc<Self>,
        request: Request<Incoming>,
        connection: u64,
    ) -> Result<HttpResponse<Payload<S>>, Dropped> {
        let arrived = Instant::now();
        #[cfg(feature = "websocket")]
        let mut request = request;
        #[cfg(feature = "websocket")]
        let upgrade = hyper::upgrade::on(&mut request);
        let (head, body) = request.into_parts();
        if let Err(refusal) = S::accept(&head) {
            self.ledger.stray(format!("{} {}", head.method, head.uri.path()));
            return Ok(refused(refusal));
        }
        let body = Limited::new(body, MAX_REQUEST_BYTES).collect().await.map_err(|_| Dropped)?.to_bytes();
        let content = S::read(Received { head: &head, body: &body });
        let (reply, guard, mut released) = self.ask(Arrival { arrived, connection, head, content });
        let mut response = S::respond(&guard.call, reply);
        loop {
            if !response.after.is_zero() {
                tokio::time::sleep(response.after).await;
            }
            match response.content {
                Content::Held => match (&mut released).await {
                    Ok(next) => response = S::respond(&guard.call, next),
                    Err(_) => std::future::pending().await,
                },
                #[cfg(feature = "websocket")]
                Content::WebSocket(socket) => return super::websocket::upgrade(socket, upgrade, guard),
                _ => return respond(response, guard),
            }
        }
    }

    /// Records the call and asks the script. Whoever sees the call and then changes the script has changed it for the
    /// next: the script is locked from before the one to after the other.
    fn ask(&self, arrival: Arrival<S>) -> (S::Reply, Guard<S>, oneshot::Receiver<S::Reply>) {
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        let (guard, released) = self.ledger.enter(arrival);
        let reply = (*script)(&guard.call);
        (reply, guard, released)
    }
}

fn respond<S: Service>(reply: Response, mut guard: Guard<S>) -> Result<HttpResponse<Payload<S>>, Dropped> {
    let Content::Body(body) = reply.content else {
        guard.replied();
        return Err(Dropped);
    };
    let mut response = HttpResponse::new(Payload::new(body, Some(guard)));
    *response.status_mut() = reply.status;
    for (name, value) in reply.headers {
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

fn refused<S: Service>(refusal: Refusal) -> HttpResponse<Payload<S>> {
    let Refusal { status, allow } = refusal;
    let mut response = HttpResponse::new(Payload::empty());
    *response.status_mut() = status;
    if let Some(allow) = allow {
        let allow = HeaderValue::from_str(allow.as_str()).expect("a method's name is visible ASCII");
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}
