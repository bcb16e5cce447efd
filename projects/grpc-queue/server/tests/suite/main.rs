//! The program as its users meet it: over the wire, on its standard streams, by signals.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

/// The page, in Chromium.
mod browser;
/// Conversations in the terminal.
mod chat;
/// Clients that aren't ours.
mod clients;
/// Wrong settings, help.
mod environment;
/// The limits on what a stranger may do, and the status of each.
mod limits;
/// The page, the numbers, health and reflection.
mod pages;
/// A program and the streams to it.
mod program;
/// The way out.
mod shutdown;
/// Conversations over gRPC, with a model behind.
mod talk;
