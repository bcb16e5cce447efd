//! The settings of a replica.

use std::time::Duration;

/// How a replica behaves. Replicas of one queue should have the same settings; the name may differ.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Maximum number of queued sentences, over all replicas.
    pub capacity: u32,
    /// Lease: without a heartbeat of this replica for this long, the sentences of its workers go to others.
    pub lease: Duration,
    /// Time for which a conversation with a key is kept without a stream, and a sent answer after it was stored.
    pub keep: Duration,
    /// Timeout for an unreachable database: then streams end with an error.
    pub away_timeout: Duration,
    /// Interval between polls for work and messages that no notification has announced.
    pub look: Duration,
    /// The replica's name in the database and in logs, for people.
    pub name: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            capacity: 3,
            lease: Duration::from_secs(10),
            keep: Duration::from_secs(600),
            away_timeout: Duration::from_secs(30),
            look: Duration::from_millis(500),
            name: format!("pid {}", std::process::id()),
        }
    }
}

impl Settings {
    /// Interval between two heartbeats. Some may be lost or late without harm.
    pub(crate) fn heartbeat(&self) -> Duration {
        (self.lease / 4).clamp(Duration::from_millis(20), Duration::from_millis(2500))
    }
}
