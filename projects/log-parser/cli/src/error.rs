//! What can go wrong: one line on standard error, and the exit code.

use std::error::Error;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use log_parser::format::FormatError;
use log_parser::generate::OptionsError;
use log_parser::{BotsError, CidrError, OpenError, PatternError, RunError, StatusError, show};

/// The exit code for everything that the user can fix.
const USAGE_ERROR: u8 = 2;

/// Why a command ended without an answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The request is none.
    #[error(transparent)]
    Request(#[from] PatternError),
    /// An address range is none.
    #[error("{option}")]
    Cidr {
        /// Where it was given.
        option: &'static str,
        /// Why it is none.
        source: CidrError,
    },
    /// The file of bots cannot be read.
    #[error("failed to read the list of bots {}", path.display())]
    BotsFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file of bots is read, and is no list.
    #[error("invalid list of bots {}", path.display())]
    BotsList {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: BotsError,
    },
    /// A range that is not even text.
    #[error("{option}: invalid address or range {text:?}: expected something like 10.0.0.0/8")]
    NotText {
        /// Where it was given.
        option: &'static str,
        /// As given.
        text: OsString,
    },
    /// No such status.
    #[error("--status")]
    Status(#[from] StatusError),
    /// A pattern of paths that is none.
    #[error("--path: invalid pattern {text:?}: expected a / at its start, as in /users/:id")]
    PathPattern {
        /// As given.
        text: OsString,
    },
    /// A method that is none.
    #[error("--method: invalid method {text:?}: expected something like GET")]
    Method {
        /// As given.
        text: String,
    },
    /// A host with a port.
    #[error("--host: invalid host {text:?}: hosts are compared without a port, so remove the port")]
    HostPort {
        /// As given.
        text: String,
    },
    /// A time that ends before it begins.
    #[error("--until {until} is not after --since {since}: the period is empty")]
    EmptyPeriod {
        /// As given.
        since: String,
        /// As given.
        until: String,
    },
    /// A moment that is none.
    #[error(
        "{option}: invalid time {text:?}: expected something like 2026-11-20 or 2026-11-20T10:05:03+01:00"
    )]
    Time {
        /// Where it was given.
        option: &'static str,
        /// As given.
        text: String,
    },
    /// No such format.
    #[error("--format")]
    Format(#[from] FormatError),
    /// No format reads the log.
    #[error("unknown format of {file}: name it with --format")]
    Undetected {
        /// The log.
        file: String,
    },
    /// Two logs are in different formats.
    #[error(
        "{} looks like {} and {} like {}: run each format by itself", files[0], formats[0], files[1], formats[1]
    )]
    Mixed {
        /// The logs.
        files: [String; 2],
        /// Their formats.
        formats: [&'static str; 2],
    },
    /// An input cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The rejects have no place.
    #[error("--rejects: failed to create {}", path.display())]
    RejectsFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The rejects would take the place of what is read.
    #[error("--rejects: {} is {what}: name another file", path.display())]
    RejectsAreRead {
        /// The file.
        path: PathBuf,
        /// What else it is.
        what: &'static str,
    },
    /// Standard output is for the answer.
    #[error("--rejects: invalid file -: expected a file, or /dev/stderr to see the lines")]
    RejectsNowhere,
    /// A log and the truth about it would be one file.
    #[error("--truth: {} is the log itself: name another file", path.display())]
    TruthIsLog {
        /// The file.
        path: PathBuf,
    },
    /// A size that is none.
    #[error("--size: invalid size {text:?}: expected something like 500M or 2G")]
    Size {
        /// As given.
        text: String,
    },
    /// Such a log cannot be made.
    #[error(transparent)]
    Generate(#[from] OptionsError),
    /// A log that is made, or its truth, cannot be written.
    #[error("failed to write {}", path.display())]
    LogFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The run ended early.
    #[error(transparent)]
    Run(#[from] RunError),
    /// What went where cannot be written.
    #[error("failed to write the ledger")]
    Ledger(#[source] io::Error),
    /// The answer cannot be written.
    #[error("failed to write the answer")]
    Output(#[source] io::Error),
}

impl CliError {
    /// Tells the whole chain in one line.
    pub(crate) fn report(&self) -> ExitCode {
        if let Self::Output(error) | Self::Ledger(error) = self
            && error.kind() == io::ErrorKind::BrokenPipe
        {
            // Whoever read the answer has had enough of it.
            return ExitCode::SUCCESS;
        }
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(text, ": {error}").expect("a string takes whatever is written");
            cause = error.source();
        }
        print_error(&text)
    }
}

/// What clap says, on one line; help and version are answers, not complaints.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        return match error.print() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => CliError::Output(error).report(),
        };
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return print_error(
            "no command: expected count, top, explain, detect, formats or generate; try --help",
        );
    }
    let rendered = error.render().to_string();
    let paragraph = rendered.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = paragraph.trim_start_matches("error: ").split_whitespace().collect();
    print_error(&format!("{}; try --help", words.join(" ")))
}

/// Something that may make the answer another than was meant.
pub(crate) fn warn(text: &str) {
    // The answer is as good without.
    drop(writeln!(io::stderr(), "log-parser: {text}"));
}

/// Something worth knowing, for people only: scripts read standard error too.
pub(crate) fn hint(text: &str) {
    if io::stderr().is_terminal() {
        drop(writeln!(io::stderr(), "log-parser: {text}"));
    }
}

fn print_error(text: &str) -> ExitCode {
    // If this fails, nobody can read it.
    drop(writeln!(io::stderr(), "log-parser: {}", show(text.replace('\n', " ").as_bytes())));
    ExitCode::from(USAGE_ERROR)
}
