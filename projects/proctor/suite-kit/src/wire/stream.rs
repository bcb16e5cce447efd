//! A call that streams: messages out, messages and the end in, each with the time at which it came.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use h2::Reason;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::AbortHandle;
use tokio_stream::wrappers::UnboundedReceiverStream;

use super::connection::Connection;
use super::envelope::seal;
use super::reading::Reading;
use super::request::{Shape, head, with_body};
use super::{End, WireProtocol};

/// What comes in.
#[derive(Clone, Debug)]
pub enum Event {
    /// A message, still encoded.
    Message(Bytes),
    /// The end; nothing follows.
    End(End),
}

/// A stream under way. Dropped, it is cancelled.
#[derive(Debug)]
pub struct Stream {
    outgoing: Option<UnboundedSender<Result<Frame<Bytes>, h2::Error>>>,
    incoming: UnboundedReceiver<(Instant, Event)>,
    reader: AbortHandle,
    connection: Arc<Connection>,
}

impl Stream {
    /// Opens a stream of `path` with these headers beside the protocol's own. `heard` receives each event when it
    /// comes, whether or not somebody waits for it. Must be called on a runtime.
    pub fn open(
        connection: Arc<Connection>,
        protocol: WireProtocol,
        path: &str,
        metadata: &[(&str, &str)],
        mut heard: impl FnMut(&Event) + Send + 'static,
    ) -> Self {
        let (outgoing, body) = mpsc::unbounded_channel();
        let (events, incoming) = mpsc::unbounded_channel();
        let mut builder = head(&connection, protocol, Shape::Streaming, path);
        for (name, value) in metadata {
            builder = builder.header(*name, *value);
        }
        let body = StreamBody::new(UnboundedReceiverStream::new(body)).boxed_unsync();
        let request = with_body(builder, body);
        let sending = Arc::clone(&connection);
        let reader = tokio::spawn(async move {
            let mut tell = |event: Event| {
                heard(&event);
                // The check doesn't listen any more.
                events.send((Instant::now(), event)).ok();
            };
            let end = read(&sending, request, protocol, &mut tell).await.unwrap_or_else(End::Broken);
            tell(Event::End(end));
        });
        Self { outgoing: Some(outgoing), incoming, reader: reader.abort_handle(), connection }
    }

    /// Sends a message. On a stream that has ended it goes nowhere.
    pub fn send(&self, message: &[u8]) {
        if let Some(outgoing) = &self.outgoing {
            outgoing.send(Ok(Frame::data(seal(0, message)))).ok();
        }
    }

    /// The client has nothing more to say.
    pub fn half_close(&mut self) {
        self.outgoing = None;
    }

    /// The next event, when it comes in time.
    pub async fn next(&mut self, within: Duration) -> Option<(Instant, Event)> {
        tokio::time::timeout(within, self.incoming.recv()).await.ok().flatten()
    }

    /// Takes the call back; the connection stays.
    pub fn cancel(mut self) {
        self.reset();
    }

    /// Cuts the connection, with all that runs on it.
    pub fn vanish(self) {
        self.connection.vanish();
    }

    fn reset(&mut self) {
        // The body's error makes hyper reset the stream with just this reason, also while the client had not ended.
        if let Some(outgoing) = self.outgoing.take() {
            outgoing.send(Err(Reason::CANCEL.into())).ok();
        }
        self.reader.abort();
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.reset();
    }
}

/// Reads the response to its end.
async fn read(
    connection: &Connection,
    request: http::Request<super::connection::Outgoing>,
    protocol: WireProtocol,
    tell: &mut impl FnMut(Event),
) -> Result<End, String> {
    let broken = |error: hyper::Error| format!("the connection broke: {}", chain(&error));
    let (parts, mut body) = connection.send(request).await.map_err(broken)?.into_parts();
    let mut reading = Reading::new(protocol, &parts);
    let mut trailers = None;
    while let Some(frame) = body.frame().await {
        match frame.map_err(broken)?.into_data() {
            Ok(data) => reading.push(&data)?.into_iter().for_each(|message| tell(Event::Message(message))),
            Err(frame) => trailers = frame.into_trailers().ok().or(trailers),
        }
    }
    Ok(reading.end(trailers.as_ref()))
}

/// An error with its causes.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    // What a client of one version makes of a server of the other.
    if text.contains("frame with invalid size") {
        text.push_str(" (does it speak HTTP/2 at this port, without TLS and without an upgrade?)");
    } else if text.contains("invalid HTTP version parsed") {
        text.push_str(" (does it speak HTTP/1.1 at this port as well?)");
    }
    text
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::super::{Call, Http};
    use super::*;

    /// What a client of this version says of a server that answers so, and closes.
    async fn said_of(http: Http, answer: &'static [u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            assert!(socket.read(&mut [0; 1024]).await.unwrap() > 0);
            socket.write_all(answer).await.unwrap();
            // Until the client has disconnected: what is closed with bytes unread is reset, and the answer may be lost.
            while socket.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
        });
        let connection = Connection::open(address, http).await.unwrap();
        let protocol = WireProtocol::connect_json(http);
        let message = Bytes::from_static(b"{}");
        let call = Call { protocol, path: "/service/Say", message, compressed: false };
        call.send(&connection).await.unwrap_err()
    }

    #[tokio::test]
    async fn a_server_that_lacks_a_version_of_http_is_told_which() {
        // To the preface of HTTP/2.
        let said = said_of(Http::Two, b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n").await;
        assert!(
            said.ends_with("(does it speak HTTP/2 at this port, without TLS and without an upgrade?)"),
            "{said}"
        );
        // Its settings, and that this is no preface.
        let answer = b"\0\0\0\x04\0\0\0\0\0\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\x01";
        let said = said_of(Http::One, answer).await;
        assert!(said.ends_with("(does it speak HTTP/1.1 at this port as well?)"), "{said}");
    }
}
