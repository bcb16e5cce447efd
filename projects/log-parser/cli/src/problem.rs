//! What can go wrong, told in one line on standard error, and the exit code for it.

use std::error::Error;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use log_parser::{BotsError, CidrError, PatternError, RunError};

/// The exit code for everything that the user can mend.
const MISUSE: u8 = 2;

/// Why a command ended without an answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
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
    #[error("{} is no list of bots", path.display())]
    BotsList {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: BotsError,
    },
    /// A range that is not even text.
    #[error("{option}: {text:?} is not a CIDR: expected an address such as 10.0.0.0/8")]
    NotText {
        /// Where it was given.
        option: &'static str,
        /// As given.
        text: OsString,
    },
    /// The run ended early.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The answer cannot be written.
    #[error("failed to write the answer")]
    Output(#[source] io::Error),
}

impl Problem {
    /// Tells the whole chain in one line.
    pub(crate) fn report(&self) -> ExitCode {
        if let Self::Output(error) = self
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
        complain(&text)
    }
}

/// What clap says, on one line; help and version are answers, not complaints.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        return match error.print() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => Problem::Output(error).report(),
        };
    }
    let rendered = error.render().to_string();
    let paragraph = rendered.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = paragraph.trim_start_matches("error: ").split_whitespace().collect();
    complain(&format!("{}; try --help", words.join(" ")))
}

fn complain(text: &str) -> ExitCode {
    // There is nobody left to tell if this fails.
    drop(writeln!(io::stderr(), "log-parser: {}", text.replace('\n', " ")));
    ExitCode::from(MISUSE)
}
