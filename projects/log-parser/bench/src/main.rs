//! Times the log parser beside its peers, on one machine in one run, and reports whether the aims are met.
//!
//! Rounds are interleaved, so that a machine that slows down slows all alike; the median is reported.

mod hostile;
mod logs;
mod measure;
mod peers;
mod report;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Parser;

use logs::Logs;

/// Times the log parser beside ripgrep, GNU grep, mawk, GoAccess, angle-grinder and DuckDB.
#[derive(Debug, Parser)]
#[command(name = "log-parser-bench")]
struct Arguments {
    /// How large the log is, in millions of bytes.
    #[arg(long, value_name = "MB", default_value_t = 1000)]
    size: u64,
    /// How often everything is run.
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: usize,
    /// Where the logs are made, and kept for the next time.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// The program to time; built first unless it is named.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Leave the hostile logs out.
    #[arg(long)]
    no_hostile: bool,
    /// A small log, one round, no hostile logs: shows that it works, and measures nothing.
    #[arg(long)]
    quick: bool,
}

fn main() -> Result<()> {
    let mut arguments = Arguments::parse();
    if arguments.quick {
        (arguments.size, arguments.rounds, arguments.no_hostile) = (20, 1, true);
    }
    let mut output = io::stdout().lock();
    let program = match &arguments.program {
        Some(program) => program.clone(),
        None => build()?,
    };
    let folder = arguments.folder.clone().unwrap_or_else(|| beside(&program, "bench-logs"));
    let logs = Logs::new(&folder, arguments.size)?;
    let (full, slice) = (logs.realistic(&mut output)?, logs.slice(&mut output)?);
    writeln!(output)?;
    let peers = peers::all(&program, &full, &slice);
    let measured = measure::rounds(&peers, arguments.rounds, &mut output)?;
    report::peers(&measured, &mut output)?;
    if !arguments.no_hostile {
        let cases = hostile::cases(&program, &logs, &mut output)?;
        let measured = measure::rounds(&cases, arguments.rounds, &mut output)?;
        report::hostile(&measured, &mut output)?;
    }
    Ok(())
}

/// Builds the program in the same target folder as this one.
fn build() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--locked", "--workspace", "--bin", "log-parser"])
        .status()
        .context("failed to start cargo: name a program with --program")?;
    if !built.success() {
        bail!("the log parser does not build");
    }
    let own = std::env::current_exe().context("failed to find this program's own place")?;
    let program = beside(&own, "../release/log-parser");
    program.canonicalize().with_context(|| format!("failed to find {}", program.display()))
}

/// A path in the folder of a file.
fn beside(file: &Path, name: &str) -> PathBuf {
    file.parent().unwrap_or_else(|| Path::new(".")).join(name)
}
