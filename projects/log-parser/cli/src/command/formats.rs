//! `formats`: every format that has a name.

use std::io::Write;

use log_parser::format::NAMES;

use crate::error::CliError;

/// Lists them, and what else `--format` takes.
pub(crate) fn run(output: &mut impl Write) -> Result<(), CliError> {
    let width = NAMES.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, reads) in NAMES {
        text.push_str(&format!("{name:width$}  {reads}\n"));
    }
    text.push_str(
        "\n--format also takes an nginx log_format string, an Apache LogFormat string, and auto.\n",
    );
    output.write_all(text.as_bytes()).map_err(CliError::Output)
}
