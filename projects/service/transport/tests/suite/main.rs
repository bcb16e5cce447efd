//! The transport, spoken to over real sockets by clients that are not its own.
#![expect(clippy::unwrap_used, reason = "helpers of tests end the test where something is missing")]

/// What browsers ask for.
mod browsers;
/// How they speak: HTTP/2 frame by frame, HTTP/1.1 byte by byte.
mod client;
/// Replies that are compressed, and those that aren't.
mod compression;
/// Which library answers which request.
mod dispatch;
/// Calls that the transport ends.
mod endings;
/// What a stranger may take.
mod limits;
/// Requests that a handler must never see.
mod requests;
/// What the tests speak to: a service with words that make it misbehave.
mod service;
/// The way out.
mod shutdown;
/// TLS: which clients may connect, and what a handler knows of them.
mod tls;
