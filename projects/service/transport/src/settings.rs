//! The limits of the transport. Limits on the content of messages belong to the service.

use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::ServerConfig;

/// The limits of one port.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Maximum number of open connections. One more is closed at once.
    pub connections: usize,
    /// Maximum number of open streams on one HTTP/2 connection. One more is refused with `REFUSED_STREAM`.
    pub streams: u32,
    /// Maximum size of a request's headers in bytes, at least 8192. More are answered with HTTP status 431.
    pub header_bytes: u32,
    /// Maximum size of one message in bytes, before and after decompression. More end the call with
    /// `RESOURCE_EXHAUSTED`.
    pub message_bytes: usize,
    /// Size in bytes from which replies are compressed, for clients that can read them.
    pub compress_from: usize,
    /// Timeout for each step of opening: the TLS handshake, the first bytes, the headers of HTTP/1.1.
    pub opening: Duration,
    /// Timeout for the reply to a request, unless that is a stream that can be read: the request must arrive, and the
    /// handler answer. A call that exceeds it ends with `DEADLINE_EXCEEDED`.
    pub single: Duration,
    /// Timeout for a reader that doesn't read its reply: then its stream is reset, or its connection is closed.
    pub write: Duration,
    /// Idle time of an HTTP/2 connection before it is pinged.
    pub ping_after: Duration,
    /// Timeout for the answer to a ping; then the connection is closed.
    pub ping_within: Duration,
    /// Timeout for the last frames, after the deadline of a shutdown.
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
