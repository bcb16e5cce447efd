//! Clients that misbehave as a test needs it.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use h2::client::{ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::{HeaderMap, Request, StatusCode};
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

/// Timeout for what is expected to come.
pub(crate) const TEST_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) const SAY: &str = "/connectrpc.eliza.v1.ElizaService/Say";
pub(crate) const CONVERSE: &str = "/connectrpc.eliza.v1.ElizaService/Converse";
pub(crate) const INTRODUCE: &str = "/connectrpc.eliza.v1.ElizaService/Introduce";

/// A whole reply.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) trailers: HeaderMap,
}

impl Reply {
    /// gRPC's status, from the trailers or, where there is no body, from the headers.
    pub(crate) fn grpc_status(&self) -> Option<&str> {
        let found = self.trailers.get("grpc-status").or_else(|| self.headers.get("grpc-status"))?;
        found.to_str().ok()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {self:?}")).to_str().unwrap()
    }
}

/// An HTTP/2 connection.
#[derive(Clone)]
pub(crate) struct Client(pub(crate) SendRequest<Bytes>);

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self::connect_with(address, &h2::client::Builder::new()).await
    }

    pub(crate) async fn connect_with(address: SocketAddr, builder: &h2::client::Builder) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (send, connection) = builder.handshake(stream).await.unwrap();
        tokio::spawn(async {
            // The streams see how the connection ends as well.
            connection.await.ok();
        });
        Self(send)
    }

    /// Opens a call and leaves its request open.
    pub(crate) async fn open(&self, request: Request<()>) -> (ResponseFuture, SendStream<Bytes>) {
        let mut ready = timeout(TEST_TIMEOUT, self.0.clone().ready()).await.unwrap().unwrap();
        ready.send_request(request, false).unwrap()
    }

    /// Sends a whole request.
    pub(crate) async fn send(&self, request: Request<()>, body: Bytes) -> Result<Reply, h2::Error> {
        let (reply, mut send) = self.open(request).await;
        send.send_data(body, true)?;
        timeout(TEST_TIMEOUT, whole(reply)).await.expect("a reply in time")
    }

    /// A unary call over gRPC.
    pub(crate) async fn say(&self, sentence: &str) -> Reply {
        self.send(grpc(SAY), message(sentence)).await.unwrap()
    }
}

pub(crate) async fn whole(reply: ResponseFuture) -> Result<Reply, h2::Error> {
    let (parts, mut body) = reply.await?.into_parts();
    let (data, trailers) = rest(&mut body).await?;
    Ok(Reply { status: parts.status, headers: parts.headers, body: data, trailers })
}

/// What is left of a body.
pub(crate) async fn rest(body: &mut RecvStream) -> Result<(Bytes, HeaderMap), h2::Error> {
    let mut data = BytesMut::new();
    while let Some(chunk) = body.data().await {
        let chunk = chunk?;
        body.flow_control().release_capacity(chunk.len())?;
        data.put(chunk);
    }
    let trailers = body.trailers().await?.unwrap_or_default();
    Ok((data.freeze(), trailers))
}

pub(crate) fn post(path: &str, kind: &str) -> Request<()> {
    Request::post(format!("http://test{path}")).header("content-type", kind).body(()).unwrap()
}

pub(crate) fn grpc(path: &str) -> Request<()> {
    post(path, "application/grpc")
}

/// The encoding of any message of the service whose first field is a text, which is all of them.
pub(crate) fn encoded(text: &str) -> Vec<u8> {
    grpc_queue_proto::prost::SayRequest { sentence: text.to_owned() }.encode_to_vec()
}

/// The same in an envelope.
pub(crate) fn message(text: &str) -> Bytes {
    envelope(&encoded(text))
}

pub(crate) fn envelope(payload: &[u8]) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.put_u8(0);
    bytes.put_u32(u32::try_from(payload.len()).unwrap());
    bytes.put_slice(payload);
    bytes.freeze()
}

/// Speaks HTTP/1.1: writes `request`, and reads until the server closes the connection.
pub(crate) async fn http1(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    timeout(TEST_TIMEOUT, stream.read_to_end(&mut reply)).await.expect("the end in time").unwrap();
    String::from_utf8_lossy(&reply).into_owned()
}

/// Waits until something is so.
pub(crate) async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + TEST_TIMEOUT;
    while !is_so() {
        assert!(Instant::now() < deadline, "still not so: {what}");
        sleep(Duration::from_millis(5)).await;
    }
}
