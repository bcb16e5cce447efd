//! The kit's parts over real connections.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says so by panicking")]

/// The fake of a service.
mod fake;
/// The clients over TLS.
mod tls;
/// The fake over WebSocket.
mod websocket;
