//! `count`: how many instances of one request there are.

use std::io::{self, Write};
use std::sync::atomic::AtomicU64;

use log_parser::format::Combined;
use log_parser::{Job, Ledger, Pattern};

use crate::args::Count;
use crate::problem::Problem;

/// Counts, and writes the count.
pub(crate) fn run(count: &Count, output: &mut impl Write) -> Result<(), Problem> {
    let mut query = count.who.query()?;
    query.request = Some(Pattern::exact(count.request.as_encoded_bytes())?);
    let progress = AtomicU64::new(0);
    let job = Job {
        query: &query,
        format: &Combined,
        by: None,
        rejects: None,
        threads: count.sources.threads,
        progress: &progress,
    };
    let tally = job.run(count.sources.inputs())?;
    if count.ledger {
        write_ledger(&tally.ledger).map_err(Problem::Output)?;
    }
    writeln!(output, "{}", tally.ledger.counted).map_err(Problem::Output)
}

fn write_ledger(ledger: &Ledger) -> io::Result<()> {
    let mut line = serde_json::to_vec(ledger)?;
    line.push(b'\n');
    io::stderr().write_all(&line)
}
