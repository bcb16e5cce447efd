//! A gRPC stream without a library: whole frames of messages out, bytes counted in. Cheap enough that the server is
//! what is measured.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message as _;
use tokio::net::TcpStream;

/// The procedure that is pushed into.
const PATH: &str = "/connectrpc.eliza.v1.ElizaService/QueueConversation";

/// How many messages go out in one piece.
const PIECE: usize = 500;

/// A request with this sentence: `Say` and the streams alike, it is field 1 in all of them.
pub(crate) fn message(sentence: &str) -> Vec<u8> {
    grpc_queue_proto::prost::SayRequest { sentence: sentence.to_owned() }.encode_to_vec()
}

/// The message with the five bytes that gRPC puts before it.
pub(crate) fn envelope(sentence: &str) -> Vec<u8> {
    let message = message(sentence);
    let length = u32::try_from(message.len()).expect("sentences of the bench are short");
    [&[0], &length.to_be_bytes()[..], &message].concat()
}

/// Pushes this number of sentences on one stream and waits until each is acknowledged; returns how long that took.
pub(crate) async fn push(address: SocketAddr, sentences: usize) -> Result<Duration> {
    let socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    let (mut sender, connection) = hyper::client::conn::http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(1 << 20)
        .handshake(TokioIo::new(socket))
        .await?;
    let driver = tokio::spawn(connection);
    let piece = Bytes::from(envelope("I feel happy.").repeat(PIECE));
    let pieces = sentences.div_ceil(PIECE);
    let body = stream::iter((0..pieces).map(move |_| Ok::<_, std::io::Error>(Frame::data(piece.clone()))));
    let request = http::Request::post(format!("http://{address}{PATH}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(StreamBody::new(body))?;
    let began = Instant::now();
    let mut reply = sender.send_request(request).await.context("failed to open the stream")?.into_body();
    let mut received = 0;
    let mut status = None;
    while let Some(frame) = reply.frame().await {
        let frame = frame?;
        if let Some(data) = frame.data_ref() {
            received += data.len();
        } else if let Some(trailers) = frame.trailers_ref() {
            status = trailers.get("grpc-status").cloned();
        }
    }
    let took = began.elapsed();
    driver.abort();
    let wanted = pieces * PIECE * envelope("enqueued").len();
    if received != wanted || status.as_ref().is_none_or(|status| status != "0") {
        bail!("expected {wanted} bytes of \"enqueued\" and status 0, got {received} and {status:?}");
    }
    Ok(took)
}
