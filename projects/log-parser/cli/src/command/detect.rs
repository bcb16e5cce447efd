//! `detect`: the format of logs, from their first lines.

use std::io::Write;

use log_parser::format::detect;
use log_parser::{sample, show};

use crate::args::Detect;
use crate::error::CliError;

/// Names the format of each file, and why.
pub(crate) fn run(arguments: &Detect, output: &mut impl Write) -> Result<(), CliError> {
    for input in super::inputs(&arguments.files) {
        let name = input.name();
        let (lines, _) = sample(input)?;
        let found = detect(&lines);
        let share = format!("{:.0} %", found.confidence * 100.0);
        writeln!(output, "{}: {} ({share})", show(name.as_bytes()), found.name).map_err(CliError::Output)?;
        for reason in &found.reasons {
            writeln!(output, "  {}", show(reason.as_bytes())).map_err(CliError::Output)?;
        }
    }
    Ok(())
}
