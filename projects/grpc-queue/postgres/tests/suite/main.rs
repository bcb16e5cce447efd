//! The queue in Postgres against a real one. Everything here needs it and is ignored without being asked for: the
//! services lane does.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where it stopped")]

/// A database for each test, replicas on it, clients and workers of them.
mod world;

/// One replica does what the queue in memory does.
mod alone;
/// Connections that are cut, a database that is away.
mod faults;
/// Conversations that outlive their streams and their programs.
mod keys;
/// Programs that share a queue, and one that dies or sleeps.
mod replicas;
/// Sentences from end to end, as fast as they go.
mod speed;
/// Everything at once, at random.
mod stress;
