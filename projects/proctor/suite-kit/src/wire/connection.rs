//! One connection to a server, HTTP/1.1 or HTTP/2, which can also vanish as a client does that loses its network.

use std::io;
use std::net::{Shutdown, SocketAddr};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Mutex;

use super::Http;

/// A request's body. Its error resets the stream with the reason that it holds.
pub(super) type Outgoing = UnsyncBoxBody<Bytes, h2::Error>;

/// A connection. Dropped, it closes as soon as the calls on it are over.
#[derive(Debug)]
pub struct Connection {
    sender: Sender,
    /// The same socket once more, to cut it under hyper's feet.
    socket: std::net::TcpStream,
    pub(super) http: Http,
    pub(super) scheme: &'static str,
    pub(super) authority: String,
}

#[derive(Debug)]
enum Sender {
    /// One call at a time: the lock is held until the response's head is there.
    One(Mutex<http1::SendRequest<Outgoing>>),
    Two(http2::SendRequest<Outgoing>),
}

impl Sender {
    /// Begins HTTP on a connection.
    async fn over(
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        http: Http,
    ) -> io::Result<Self> {
        let io = TokioIo::new(stream);
        match http {
            Http::One => {
                let (sender, connection) = http1::handshake(io).await.map_err(io::Error::other)?;
                // It ends with the connection; the calls on it report what broke it.
                tokio::spawn(connection);
                Ok(Self::One(Mutex::new(sender)))
            }
            Http::Two => {
                let mut builder = http2::Builder::new(TokioExecutor::new());
                let builder = builder.timer(TokioTimer::new());
                let (sender, connection) = builder.handshake(io).await.map_err(io::Error::other)?;
                tokio::spawn(connection);
                Ok(Self::Two(sender))
            }
        }
    }
}

/// A stream to the address, and the same socket once more.
async fn connect(address: SocketAddr) -> io::Result<(TcpStream, std::net::TcpStream)> {
    let socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    // The copy is for shutting the socket down alone, so that its mode doesn't matter.
    let socket = socket.into_std()?;
    let copy = socket.try_clone()?;
    Ok((TcpStream::from_std(socket)?, copy))
}

impl Connection {
    /// Connects without TLS.
    ///
    /// # Errors
    ///
    /// What the connection failed with.
    pub async fn open(address: SocketAddr, http: Http) -> io::Result<Self> {
        let (stream, socket) = connect(address).await?;
        let sender = Sender::over(stream, http).await?;
        Ok(Self { sender, socket, http, scheme: "http", authority: address.to_string() })
    }

    /// Connects over TLS, as this client.
    ///
    /// # Errors
    ///
    /// What the connection failed with: a certificate that isn't trusted is one cause. With TLS 1.3 a client learns only
    /// by its first call that the server rejects its certificate.
    #[cfg(feature = "tls")]
    pub async fn open_tls(address: SocketAddr, http: Http, client: &super::TlsClient) -> io::Result<Self> {
        let (stream, socket) = connect(address).await?;
        let sender = Sender::over(client.handshake(stream, http).await?, http).await?;
        let authority = format!("{}:{}", client.server_name(), address.port());
        Ok(Self { sender, socket, http, scheme: "https", authority })
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
    pub fn vanish(&self) {
        // An error means that it is closed already.
        self.socket.shutdown(Shutdown::Both).ok();
    }
}
