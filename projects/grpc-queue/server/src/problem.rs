//! The errors that end the program: each printed once, in one place, with its exit code.

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
    /// Prints it in one line, and returns the exit code: 2 where the environment is wrong, 1 otherwise.
    pub(crate) fn report(self) -> ExitCode {
        let (line, code) = match self {
            Self::Variable(variable) => (variable.to_string(), 2),
            Self::Failed(error) => (chain(&error), 1),
        };
        // When standard error is closed, nobody can read it.
        _ = writeln!(io::stderr(), "grpc-queue: {line}");
        ExitCode::from(code)
    }
}

/// An error and its causes. Some libraries repeat the cause in the text: it is shown once.
fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// A wrong command line, or a wish for help.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // The same: without a place to print, the exit code has to do.
    _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let cause = || io::Error::other("refused");
        let error =
            anyhow::Error::new(cause()).context("failed to talk: refused").context("failed to connect");
        assert_eq!(chain(&error), "failed to connect: failed to talk: refused");
        let error = anyhow::Error::new(cause()).context("failed to talk");
        assert_eq!(chain(&error), "failed to talk: refused");
    }
}
