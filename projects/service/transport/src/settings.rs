//! The limits of the transport. What a sentence may be is the service's business.

use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::ServerConfig;

/// How much a stranger may take.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Open connections. One more is closed at once.
    pub connections: usize,
    /// Open streams on one HTTP/2 connection. One more is refused with `REFUSED_STREAM`.
    pub streams: u32,
    /// Bytes of a request's headers, at least 8192. More are answered with HTTP status 431.
    pub header_bytes: u32,
    /// Bytes of one message, before and after decompression. More end the call with `RESOURCE_EXHAUSTED`.
    pub message_bytes: usize,
    /// Replies of at least so many bytes are compressed for clients that can read them.
    pub compress_from: usize,
    /// How long a connection may take to say what it wants: the TLS handshake, the first bytes, the headers of HTTP/1.1.
    pub opening: Duration,
    /// How long a request may be without a reply, unless it is a stream that can be read: it must come in, and the
    /// handler answer. Then it ends with `DEADLINE_EXCEEDED`.
    pub single: Duration,
    /// How long a reader may leave a reply unread: then its stream is reset, or its connection is closed.
    pub write: Duration,
    /// How long an HTTP/2 connection may be silent before it is pinged.
    pub ping_after: Duration,
    /// How long the answer to a ping may take before the connection is closed.
    pub ping_within: Duration,
    /// How long a shutdown that has reached its deadline waits for the last frames to leave.
    pub flush: Duration,
    /// What [`Tls::config`](crate::Tls::config) gives. Without it, connections are plain.
    pub tls: Option<Arc<ServerConfig>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connections: 20_000,
            streams: 1024,
            header_bytes: 16 * 1024,
            message_bytes: 64 * 1024,
            compress_from: 1024,
            opening: Duration::from_secs(10),
            single: Duration::from_secs(30),
            write: Duration::from_secs(30),
            ping_after: Duration::from_secs(30),
            ping_within: Duration::from_secs(20),
            flush: Duration::from_millis(500),
            tls: None,
        }
    }
}
