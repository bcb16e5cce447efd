//! The command line.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

mod generate;

pub(crate) use generate::{Generate, Shape};

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
    /// Count one request.
    Count(Count),
    /// List the most frequent paths, clients, agents or hours.
    Top(Top),
    /// Explain for each line why it is counted or left out.
    Explain(Explain),
    /// Detect the format of logs from their first lines.
    Detect(Detect),
    /// List the named formats.
    Formats,
    /// Generate a realistic log from a seed, with its true counts.
    Generate(Generate),
}

/// Options of `count`.
#[derive(Debug, Args)]
pub(crate) struct Count {
    /// The request to count, such as 'GET /index.html'.
    #[arg(value_name = "METHOD /path")]
    pub(crate) request: OsString,
    #[command(flatten)]
    pub(crate) sources: InputArgs,
    /// Treat the request as a pattern: :name for a segment, * within one, ** for any number;
    /// method * for any.
    #[arg(long)]
    pub(crate) pattern: bool,
    #[command(flatten)]
    pub(crate) who: ExclusionArgs,
    /// Also count by group.
    #[arg(long, value_name = "WHAT")]
    pub(crate) by: Option<GroupBy>,
    /// List at most N groups.
    #[arg(long, value_name = "N", requires = "by")]
    pub(crate) limit: Option<usize>,
    #[command(flatten)]
    pub(crate) show: OutputArgs,
    /// Also write the ledger to standard error, as one line of JSON.
    #[arg(long)]
    pub(crate) ledger: bool,
    #[command(flatten)]
    pub(crate) which: FilterArgs,
}

/// Options of `top`.
#[derive(Debug, Args)]
pub(crate) struct Top {
    /// What to list.
    #[arg(value_name = "WHAT")]
    pub(crate) by: GroupBy,
    #[command(flatten)]
    pub(crate) sources: InputArgs,
    /// Only this request, such as 'GET /index.html'.
    #[arg(long, value_name = "METHOD /path")]
    pub(crate) request: Option<OsString>,
    /// List at most N.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) who: ExclusionArgs,
    #[command(flatten)]
    pub(crate) show: OutputArgs,
    /// Also write the ledger to standard error, as one line of JSON.
    #[arg(long)]
    pub(crate) ledger: bool,
    #[command(flatten)]
    pub(crate) which: FilterArgs,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The request that would be counted, such as 'GET /index.html'.
    #[arg(value_name = "METHOD /path")]
    pub(crate) request: OsString,
    /// Logs whose lines to explain; standard input if there is none, or for -.
    #[arg(value_name = "FILE", conflicts_with = "line")]
    pub(crate) files: Vec<PathBuf>,
    /// Explain this line; repeatable.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) line: Vec<OsString>,
    /// Only lines of this outcome; repeatable.
    #[arg(long, value_name = "OUTCOME")]
    pub(crate) only: Vec<Outcome>,
    /// Format of the lines: a name (see formats), a log_format or LogFormat string, or auto.
    #[arg(long, value_name = "FORMAT", default_value = "combined")]
    pub(crate) format: String,
    /// Treat the request as a pattern.
    #[arg(long)]
    pub(crate) pattern: bool,
    #[command(flatten)]
    pub(crate) who: ExclusionArgs,
    #[command(flatten)]
    pub(crate) which: FilterArgs,
}

/// Options of `detect`.
#[derive(Debug, Args)]
pub(crate) struct Detect {
    /// Log files, plain or gzip; standard input if there is none, or for -.
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// What to read.
#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// Log files, plain or gzip; standard input if there is none, or for -.
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Format of the lines: a name (see formats), a log_format or LogFormat string, or auto.
    #[arg(long, value_name = "FORMAT", default_value = "combined")]
    pub(crate) format: String,
    /// Write malformed lines to this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    /// Number of threads, from 1 to 64; by default the number of processors.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<NonZeroUsize>,
}

/// Whose requests count.
#[derive(Debug, Args)]
pub(crate) struct ExclusionArgs {
    /// Leave out own servers: an IPv4 or IPv6 address or range; repeatable.
    #[arg(long, value_name = "CIDR")]
    pub(crate) exclude_own: Vec<OsString>,
    /// Trust these proxies: the last quoted field is then X-Forwarded-For; repeatable.
    #[arg(long, value_name = "CIDR")]
    pub(crate) trusted_proxy: Vec<OsString>,
    /// Leave out bots, judged by the agent field.
    #[arg(long)]
    pub(crate) exclude_bots: bool,
    /// Use this list of bots: one case-insensitive substring per line, # for comments; or the JSON of
    /// crawler-user-agents. Implies --exclude-bots.
    #[arg(long, value_name = "FILE")]
    pub(crate) bots: Option<PathBuf>,
}

/// Which requests count.
#[derive(Debug, Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct FilterArgs {
    /// Only these statuses: 404, 2xx, 500-599, separated by commas; repeatable.
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    pub(crate) status: Vec<String>,
    /// Only these methods, separated by commas; repeatable.
    #[arg(long, value_name = "METHOD", value_delimiter = ',')]
    pub(crate) method: Vec<String>,
    /// Only paths that match: /users/:id, /static/**, /img/*.png; repeatable.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) path: Vec<OsString>,
    /// Only these hosts, or *.example.com; repeatable.
    #[arg(long, value_name = "HOST")]
    pub(crate) host: Vec<String>,
    /// Only from this time on: 2026-11-20 or 2026-11-20T10:05Z, with Z or an offset; else UTC.
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Only before this time.
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Decode percent-encoding such as %41 in paths before comparing them.
    #[arg(long)]
    pub(crate) decode: bool,
    /// Ignore case in paths.
    #[arg(long)]
    pub(crate) ignore_case: bool,
    /// Ignore a slash at the end of a path.
    #[arg(long)]
    pub(crate) ignore_trailing_slash: bool,
}

/// How the answer is written.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// Output format; by default the count alone, or a table where there are groups.
    #[arg(long, value_name = "HOW")]
    pub(crate) output: Option<Output>,
}

/// Ways to write an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people, with a sparkline on a terminal.
    Table,
    /// One object.
    Json,
    /// One object per line.
    Ndjson,
    /// With a header.
    Csv,
}

/// What to group by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GroupBy {
    Hour,
    Day,
    Path,
    Status,
    Method,
    Client,
    Agent,
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Outcome {
    Malformed,
    #[value(name = "not_matched", alias = "not-matched")]
    NotMatched,
    Own,
    Bot,
    Counted,
}

/// A number of threads.
fn threads(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "expected a number, 1 or more")
}
