//! The fake over real connections.

/// A client for these tests.
mod client;
/// What it records.
mod record;
/// What it replies.
mod replies;
