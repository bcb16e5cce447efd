//! The client of the model against a scripted model, over real connections.

/// The breaker among several workers.
mod breaker;
/// When an attempt may begin.
mod limit;
/// What is made of a reply.
mod reply;
/// What is sent.
mod request;
/// Attempts and the waits between them.
mod retry;
/// A model and its client, for these tests.
mod setup;
/// What an observer receives, and what stays secret.
mod shown;
/// An answer that comes as a stream of events.
mod stream;
