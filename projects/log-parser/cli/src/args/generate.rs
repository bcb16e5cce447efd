//! Options of `generate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Options of `generate`.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// The same seed gives the same log.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Number of lines.
    #[arg(long, value_name = "N", conflicts_with = "size")]
    pub(crate) lines: Option<u64>,
    /// Number of bytes instead of lines, such as 500M or 2G.
    #[arg(long, value_name = "BYTES")]
    pub(crate) size: Option<String>,
    /// The share of hostile and broken lines, from 0 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = 0.02)]
    pub(crate) hostile: f64,
    /// The request whose true counts are written.
    #[arg(long, value_name = "METHOD /path", default_value = "POST /api/v1/users")]
    pub(crate) request: String,
    /// Shape of the log, for benchmarks.
    #[arg(long, value_name = "SHAPE", default_value = "realistic")]
    pub(crate) shape: Shape,
    /// Write the true counts to this file, as JSON. Bots are left out, and own servers in 10.0.0.0/8,
    /// 192.168.0.0/16 and fd00::/8.
    #[arg(long, value_name = "FILE")]
    pub(crate) truth: Option<PathBuf>,
    /// Write the log to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
}

/// The shape of a generated log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shape {
    /// As real logs are.
    Realistic,
    /// Each line has an agent of its own.
    DistinctAgents,
    /// Each request for something else has a path of its own.
    DistinctPaths,
    /// One line.
    OneLine,
}
