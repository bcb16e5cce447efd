//! Why the program ends otherwise than well: each printed once, in one place, with its exit code.

use std::io::{self, Write};
use std::process::ExitCode;

use crate::config::BadVariable;

/// What went wrong.
#[derive(Debug)]
pub(crate) enum Problem {
    /// A variable of the environment is wrong.
    Variable(BadVariable),
    /// Anything else.
    Failed(anyhow::Error),
}

impl From<BadVariable> for Problem {
    fn from(variable: BadVariable) -> Self {
        Self::Variable(variable)
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl Problem {
    /// Prints it in one line, and says how the program ends: with 2 where the environment is wrong, with 1 otherwise.
    pub(crate) fn report(self) -> ExitCode {
        let (line, code) = match self {
            Self::Variable(variable) => (variable.to_string(), 2),
            Self::Failed(error) => (format!("{error:#}"), 1),
        };
        // There is nobody left to tell when standard error is closed.
        _ = writeln!(io::stderr(), "grpc-queue: {line}");
        ExitCode::from(code)
    }
}

/// A wrong command line, or a wish for help.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // The same: without a place to print, the exit code has to do.
    _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
