//! WebSocket: a call that is upgraded, then scripted frame by frame, with what the client sends recorded.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http::header::{CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use http::{Response as HttpResponse, StatusCode};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, Role};

use super::handler::Dropped;
use super::ledger::Guard;
use super::payload::Payload;
use super::{Call, Service};

/// What goes over a WebSocket, in either direction. Pings are answered by the fake and not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A text.
    Text(String),
    /// Bytes.
    Binary(Bytes),
    /// The end, with a code and a reason. 1005 where the client gave none.
    Close(u16, String),
}

/// What a fake does on a WebSocket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Sends a frame. A close frame ends the script.
    Send(Frame),
    /// Waits, and reads nothing meanwhile.
    Wait(Duration),
    /// Breaks the connection, without a close frame.
    Cut,
}

type OnFrame = Arc<dyn Fn(&Frame) -> Vec<Step> + Send + Sync>;

/// The script of a WebSocket: first its opening, then what it does about each frame. The test adds to it by
/// [`Call::push`].
#[derive(Clone)]
pub struct WebSocket {
    opening: Vec<Step>,
    on_frame: OnFrame,
}

impl WebSocket {
    /// Does these steps once it is open, and nothing about what comes.
    pub fn opening(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { opening: steps.into_iter().collect(), on_frame: Arc::new(|_| Vec::new()) }
    }

    /// Does this about each frame that comes, but for the client's close frame, which ends the call.
    #[must_use]
    pub fn on_frame(mut self, on_frame: impl Fn(&Frame) -> Vec<Step> + Send + Sync + 'static) -> Self {
        self.on_frame = Arc::new(on_frame);
        self
    }
}

impl fmt::Debug for WebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket").field("opening", &self.opening).finish_non_exhaustive()
    }
}

/// The part of a call that its WebSocket shares with the test.
#[derive(Debug, Default)]
pub(super) struct Socket {
    received: Mutex<Vec<Frame>>,
    pushes: Mutex<Option<mpsc::UnboundedSender<Step>>>,
}

impl<S: Service> Call<S> {
    /// What the client has sent on the WebSocket so far.
    pub fn frames(&self) -> Vec<Frame> {
        self.socket().received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds a step to the script of the WebSocket. False where there is none, or it has ended.
    pub fn push(&self, step: Step) -> bool {
        let pushes = self.socket().pushes.lock().unwrap_or_else(PoisonError::into_inner);
        pushes.as_ref().is_some_and(|pushes| pushes.send(step).is_ok())
    }
}

/// How a session goes on after a step.
enum Next {
    GoOn,
    /// The script has ended it.
    Ended,
    /// The client has.
    Disconnected,
}

/// Answers the request for an upgrade, and runs the script once the connection is handed over.
pub(super) fn upgrade<S: Service>(
    script: WebSocket,
    upgrade: OnUpgrade,
    guard: Guard<S>,
) -> Result<HttpResponse<Payload<S>>, Dropped> {
    let mut response = HttpResponse::new(Payload::empty());
    let Some(key) = guard.call.headers.get(SEC_WEBSOCKET_KEY) else {
        *response.status_mut() = StatusCode::UPGRADE_REQUIRED;
        return Ok(response);
    };
    let accept = derive_accept_key(key.as_bytes());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, HeaderValue::from_str(&accept).map_err(|_| Dropped)?);
    // The runtime is the fake's own: the session ends with the fake at the latest.
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            Session::new(upgraded, guard).await.run(script).await;
        }
    });
    Ok(response)
}

struct Session<S: Service> {
    stream: WebSocketStream<TokioIo<Upgraded>>,
    pushes: mpsc::UnboundedReceiver<Step>,
    guard: Guard<S>,
}

impl<S: Service> Session<S> {
    async fn new(upgraded: Upgraded, guard: Guard<S>) -> Self {
        let stream = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
        let (sender, pushes) = mpsc::unbounded_channel();
        *guard.call.socket().pushes.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        Self { stream, pushes, guard }
    }

    /// Runs until either side ends it. Dropped, it closes the connection and ends the call.
    async fn run(mut self, script: WebSocket) {
        let mut next = self.steps(script.opening).await;
        while matches!(next, Next::GoOn) {
            next = tokio::select! {
                message = self.stream.next() => match message {
                    Some(Ok(message)) => self.receive(message, &script.on_frame).await,
                    _ => Next::Disconnected,
                },
                Some(step) = self.pushes.recv() => self.steps(vec![step]).await,
            };
        }
        // Before the call ends, so that who has seen its end can't push any more.
        self.guard.call.socket().pushes.lock().unwrap_or_else(PoisonError::into_inner).take();
        if matches!(next, Next::Ended) {
            self.guard.replied();
        }
    }

    async fn receive(&mut self, message: Message, on_frame: &OnFrame) -> Next {
        let frame = match message {
            Message::Text(text) => Frame::Text(text.to_string()),
            Message::Binary(bytes) => Frame::Binary(bytes),
            Message::Close(close) => {
                let (code, reason) = close
                    .map_or((1005, String::new()), |close| (close.code.into(), close.reason.to_string()));
                self.record(Frame::Close(code, reason));
                return Next::Disconnected;
            }
            _ => return Next::GoOn,
        };
        self.record(frame.clone());
        self.steps(on_frame(&frame)).await
    }

    fn record(&self, frame: Frame) {
        self.guard.call.socket().received.lock().unwrap_or_else(PoisonError::into_inner).push(frame);
        self.guard.ledger.notify();
    }

    async fn steps(&mut self, steps: Vec<Step>) -> Next {
        for step in steps {
            match step {
                Step::Wait(time) => tokio::time::sleep(time).await,
                Step::Cut => return Next::Ended,
                Step::Send(frame) => {
                    let ends = matches!(frame, Frame::Close(..));
                    if self.stream.send(message(frame)).await.is_err() {
                        return Next::Disconnected;
                    }
                    if ends {
                        return Next::Ended;
                    }
                }
            }
        }
        Next::GoOn
    }
}

fn message(frame: Frame) -> Message {
    match frame {
        Frame::Text(text) => Message::text(text),
        Frame::Binary(bytes) => Message::Binary(bytes),
        Frame::Close(code, reason) => {
            Message::Close(Some(CloseFrame { code: code.into(), reason: reason.into() }))
        }
    }
}
