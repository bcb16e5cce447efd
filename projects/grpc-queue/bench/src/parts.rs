//! The parts that a person can name, and what each is for.

use std::fmt;
use std::io::Write;

use anyhow::Result;
use clap::ValueEnum;
use tokio::runtime::Runtime;

use crate::program::Programs;
use crate::{Size, acks, bulk, durable, faults, say, streams};

/// One thing to measure, or to break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Requests a second of `Say`, on every protocol.
    Say,
    /// Sentences pushed in bulk on one stream.
    Bulk,
    /// Time from a sentence to its acknowledgement, at 10,000 sentences a second.
    Acks,
    /// Memory of open streams.
    Streams,
    /// Sentences a second through the queue in Postgres, at `DATABASE_URL`.
    Postgres,
    /// Clients that vanish, a model that is down, readers that are slow.
    Faults,
    /// `kill -9` of a replica and of Postgres itself, under load.
    Kills,
}

impl Part {
    /// What is run when nothing is named.
    pub(crate) const SPEED: [Self; 5] = [Self::Say, Self::Bulk, Self::Acks, Self::Streams, Self::Postgres];

    pub(crate) fn run(
        self,
        runtime: &Runtime,
        programs: &Programs,
        size: Size,
        out: &mut impl Write,
    ) -> Result<()> {
        match self {
            Self::Say => say::run(programs, size, out),
            Self::Bulk => runtime.block_on(bulk::run(programs, size, out)),
            Self::Acks => runtime.block_on(acks::run(programs, size, out)),
            Self::Streams => runtime.block_on(streams::run(programs, size, out)),
            Self::Postgres => runtime.block_on(durable::run(programs, size, out)),
            Self::Faults => runtime.block_on(faults::run(programs, size, out)),
            Self::Kills => runtime.block_on(faults::kills(programs, size, out)),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value().expect("no part is hidden");
        write!(f, "{}: {}", value.get_name(), value.get_help().map(ToString::to_string).unwrap_or_default())
    }
}
