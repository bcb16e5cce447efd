//! One connection to a server, HTTP/1.1 or HTTP/2, which can also vanish as a client does that loses its network.

use std::io;
use std::net::{Shutdown, SocketAddr};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::Mutex;

use super::Http;

/// A request's body. Its error resets the stream with the reason that it holds.
pub(super) type Outgoing = UnsyncBoxBody<Bytes, h2::Error>;

/// A connection. Dropped, it closes as soon as the calls on it are over.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: Sender,
    /// The same socket once more, to cut it under hyper's feet.
    socket: std::net::TcpStream,
    pub(super) http: Http,
    pub(super) authority: String,
}

#[derive(Debug)]
enum Sender {
    /// One call at a time: the lock is held until the response's head is there.
    One(Mutex<http1::SendRequest<Outgoing>>),
    Two(http2::SendRequest<Outgoing>),
}

impl Connection {
    /// Connects, and begins to speak.
    pub(crate) async fn open(address: SocketAddr, http: Http) -> io::Result<Self> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        // The copy is for shutting the socket down alone, so that its mode doesn't matter.
        let socket = socket.into_std()?;
        let copy = socket.try_clone()?;
        let io = TokioIo::new(TcpStream::from_std(socket)?);
        let sender = match http {
            Http::One => {
                let (sender, connection) = http1::handshake(io).await.map_err(io::Error::other)?;
                // It ends with the connection; what broke it is told by the calls on it.
                tokio::spawn(connection);
                Sender::One(Mutex::new(sender))
            }
            Http::Two => {
                let mut builder = http2::Builder::new(TokioExecutor::new());
                let builder = builder.timer(TokioTimer::new());
                let (sender, connection) = builder.handshake(io).await.map_err(io::Error::other)?;
                tokio::spawn(connection);
                Sender::Two(sender)
            }
        };
        Ok(Self { sender, socket: copy, http, authority: address.to_string() })
    }

    /// Sends a request; the response's body follows.
    pub(super) async fn send(&self, request: Request<Outgoing>) -> Result<Response<Incoming>, hyper::Error> {
        match &self.sender {
            Sender::One(sender) => {
                let mut sender = sender.lock().await;
                sender.ready().await?;
                sender.send_request(request).await
            }
            Sender::Two(sender) => {
                let mut sender = sender.clone();
                sender.ready().await?;
                sender.send_request(request).await
            }
        }
    }

    /// Closes the socket, without a word on any of the calls.
    pub(crate) fn vanish(&self) {
        // An error says that it is closed already.
        self.socket.shutdown(Shutdown::Both).ok();
    }
}
