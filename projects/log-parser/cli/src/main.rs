//! `log-parser`: counts one API request in access logs, exactly, and explains the count.

mod args;
mod command;
mod error;
mod output;
mod progress;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};
use error::{CliError, usage};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let mut output = io::BufWriter::new(io::stdout().lock());
    let done = match arguments.command {
        Command::Count(count) => command::count::run(&count, &mut output),
        Command::Top(top) => command::top::run(&top, &mut output),
        Command::Explain(explain) => command::explain::run(&explain, &mut output),
        Command::Detect(detect) => command::detect::run(&detect, &mut output),
        Command::Formats => command::formats::run(&mut output),
        Command::Generate(generate) => command::generate::run(&generate, &mut output),
    };
    match done.and_then(|()| output.flush().map_err(CliError::Output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
