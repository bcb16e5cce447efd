//! The command line.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Counts one API request in access logs, exactly, and says why.
#[derive(Debug, Parser)]
#[command(name = "log-parser", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Count the instances of one request.
    Count(Count),
}

/// Options of `count`.
#[derive(Debug, Args)]
pub(crate) struct Count {
    /// The request to count, such as 'GET /index.html'.
    #[arg(value_name = "METHOD /path")]
    pub(crate) request: OsString,
    #[command(flatten)]
    pub(crate) sources: Sources,
    #[command(flatten)]
    pub(crate) who: Who,
    /// Also write where every line went, as a line of JSON on standard error.
    #[arg(long)]
    pub(crate) ledger: bool,
}

/// What to read.
#[derive(Debug, Args)]
pub(crate) struct Sources {
    /// Log files, gz too; standard input where there is none, or for -.
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How many threads read; as many as there are processors unless told.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
}

/// Whose requests count.
#[derive(Debug, Args)]
pub(crate) struct Who {
    /// Leave out own servers: an address or a range, IPv4 or IPv6; repeatable.
    #[arg(long, value_name = "CIDR")]
    pub(crate) exclude_own: Vec<OsString>,
    /// Proxies to believe: a last quoted field then holds X-Forwarded-For; repeatable.
    #[arg(long, value_name = "CIDR")]
    pub(crate) trusted_proxy: Vec<OsString>,
    /// Leave out bots, by the agent field.
    #[arg(long)]
    pub(crate) exclude_bots: bool,
    /// The list of bots to go by, one case-insensitive substring a line, # for comments; implies --exclude-bots.
    #[arg(long, value_name = "FILE")]
    pub(crate) bots: Option<PathBuf>,
}
