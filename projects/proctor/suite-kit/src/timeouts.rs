//! Timeouts with names: each constant says what it bounds. A timeout of something that must come is long, since it is
//! waited for only where the solution fails; a settle time is waited for by every solution, and is short.

use std::time::Duration;

/// Timeout for the next thing that has to come: a message, a call, the end of a stream. A failure is certain after it,
/// also on a busy machine.
pub const EVENT_TIMEOUT: Duration = Duration::from_secs(5);

/// Timeout for a connection, and for a call of one message. No requirement is measured by it, so that it may be long.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// Timeout for a program that has to refuse its environment or its arguments: one that accepts them runs on as a server.
pub const REFUSAL_TIMEOUT: Duration = Duration::from_secs(10);

/// Timeout for a connection to a Postgres that somebody has named, and for one statement.
pub const POSTGRES_TIMEOUT: Duration = Duration::from_secs(15);

/// Timeout for a connection to a Postgres that nobody has named: most machines have none at the usual address.
pub const POSTGRES_GLANCE_TIMEOUT: Duration = Duration::from_secs(1);
