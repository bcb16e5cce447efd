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
    /// Count the instances of one request.
    Count(Count),
    /// List what there is most of: paths, clients, agents, hours.
    Top(Top),
    /// Say for each line why it is counted or left out.
    Explain(Explain),
    /// Tell the format of logs from their first lines.
    Detect(Detect),
    /// List the formats that have a name.
    Formats,
    /// Make a realistic log from a seed, with the truth about it.
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
    /// Take the request as a pattern: :name for a segment, * within one, ** for any number; method * for any.
    #[arg(long)]
    pub(crate) pattern: bool,
    #[command(flatten)]
    pub(crate) who: ExclusionArgs,
    /// Also count in groups.
    #[arg(long, value_name = "WHAT")]
    pub(crate) by: Option<GroupBy>,
    /// List no more than the first N groups.
    #[arg(long, value_name = "N", requires = "by")]
    pub(crate) limit: Option<usize>,
    #[command(flatten)]
    pub(crate) show: OutputArgs,
    /// Also write where every line went, as a line of JSON on standard error.
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
    /// List no more than the first N.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) who: ExclusionArgs,
    #[command(flatten)]
    pub(crate) show: OutputArgs,
    /// Also write where every line went, as a line of JSON on standard error.
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
    /// Logs whose lines to explain; standard input where there is none, or for -.
    #[arg(value_name = "FILE", conflicts_with = "line")]
    pub(crate) files: Vec<PathBuf>,
    /// Explain this line; repeatable.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) line: Vec<OsString>,
    /// Only lines of this outcome; repeatable.
    #[arg(long, value_name = "OUTCOME")]
    pub(crate) only: Vec<Outcome>,
    /// How lines are read: a name, a format string, or auto.
    #[arg(long, value_name = "FORMAT", default_value = "combined")]
    pub(crate) format: String,
    /// Take the request as a pattern.
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
    /// Log files, gz too; standard input where there is none, or for -.
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// What to read.
#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// Log files, gz too; standard input where there is none, or for -.
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How lines are read: a name (see formats), a log_format or LogFormat string, or auto.
    #[arg(long, value_name = "FORMAT", default_value = "combined")]
    pub(crate) format: String,
    /// Keep lines that cannot be read in this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    /// How many threads read, from 1 to 64; as many as there are processors unless told.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<NonZeroUsize>,
}

/// Whose requests count.
#[derive(Debug, Args)]
pub(crate) struct ExclusionArgs {
    /// Leave out own servers: an address or a range, IPv4 or IPv6; repeatable.
    #[arg(long, value_name = "CIDR")]
    pub(crate) exclude_own: Vec<OsString>,
    /// Proxies to believe: a last quoted field then holds X-Forwarded-For; repeatable.
    #[arg(long, value_name = "CIDR")]
    pub(crate) trusted_proxy: Vec<OsString>,
    /// Leave out bots, by the agent field.
    #[arg(long)]
    pub(crate) exclude_bots: bool,
    /// The list of bots to go by, one case-insensitive substring a line, # for comments; or the JSON of
    /// crawler-user-agents. Implies --exclude-bots.
    #[arg(long, value_name = "FILE")]
    pub(crate) bots: Option<PathBuf>,
}

/// Which requests count.
#[derive(Debug, Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct FilterArgs {
    /// Only these statuses: 404, 2xx, 500-599, or several with commas; repeatable.
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    pub(crate) status: Vec<String>,
    /// Only these methods, or several with commas; repeatable.
    #[arg(long, value_name = "METHOD", value_delimiter = ',')]
    pub(crate) method: Vec<String>,
    /// Only paths that match: /users/:id, /static/**, /img/*.png; repeatable.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) path: Vec<OsString>,
    /// Only these hosts, or *.example.com; repeatable.
    #[arg(long, value_name = "HOST")]
    pub(crate) host: Vec<String>,
    /// Not before this: 2026-11-20, 2026-11-20T10:05, with Z or an offset; UTC unless told.
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Before this.
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Decode %41 and the like in paths before they are compared.
    #[arg(long)]
    pub(crate) decode: bool,
    /// Compare paths without case.
    #[arg(long)]
    pub(crate) ignore_case: bool,
    /// A slash at the end of a path doesn't count.
    #[arg(long)]
    pub(crate) ignore_trailing_slash: bool,
}

/// How the answer is written.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// How the answer is written; a table where there are groups, else the count alone.
    #[arg(long, value_name = "HOW")]
    pub(crate) output: Option<Output>,
}

/// Ways to write an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people; with a sparkline on a terminal.
    Table,
    /// One object.
    Json,
    /// One object a line.
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
    text.parse().map_err(|_| "expected a number from 1 on")
}
