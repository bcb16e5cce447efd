//! One run of the engine, as `count` and `top` have it: format, rejects, progress, the ledger on request.

use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::AtomicU64;

use log_parser::{GroupBy, Input, Job, Ledger, Query, Tally, check};

use crate::args::InputArgs;
use crate::error::{CliError, hint, warn};
use crate::progress::ProgressWatch;

/// Reads all sources and returns what they add up to. `bots` is a file that is read, too; `ledger` is
/// whether one will be written.
pub(super) fn run(
    query: &Query,
    by: Option<GroupBy>,
    sources: &InputArgs,
    bots: Option<&Path>,
    ledger: bool,
) -> Result<Tally, CliError> {
    let mut inputs = super::inputs(&sources.files);
    check(&inputs)?;
    let format = super::format(&sources.format, &mut inputs)?;
    let kept = |path| super::rejects::rejects(path, &sources.files, bots);
    let rejects = sources.rejects.as_deref().map(kept).transpose()?;
    let progress = AtomicU64::new(0);
    let job = Job {
        query,
        format: &*format,
        by,
        rejects: rejects.as_ref(),
        threads: sources.threads,
        progress: &progress,
    };
    let total = inputs.iter().map(Input::size).sum();
    let tally = ProgressWatch { progress: &progress, total }.during(|| job.run(inputs))?;
    if tally.rejects_left_out > 0 {
        hint(&format!("{} lines were too long to be kept with the rejects", tally.rejects_left_out));
    }
    // With a ledger, standard error holds that and nothing else, and it says the same.
    if tally.ledger.malformed * 2 > tally.ledger.lines && !ledger {
        let name = format.name();
        warn(&format!(
            "most lines cannot be read as {name}: is this the format? See detect, or try --format auto"
        ));
    }
    Ok(tally)
}

/// Ends a command that counts: the answer goes out first, then where every line went, if that is asked for.
/// Either is written even where the other cannot be.
pub(super) fn end(
    answered: io::Result<()>,
    ledger: Option<&Ledger>,
    output: &mut impl Write,
) -> Result<(), CliError> {
    let answered = answered.and_then(|()| output.flush());
    let told = ledger.map_or(Ok(()), write_ledger);
    answered.map_err(CliError::Output)?;
    told.map_err(CliError::Ledger)
}

fn write_ledger(ledger: &Ledger) -> io::Result<()> {
    let line = serde_json::to_string(ledger)?;
    writeln!(io::stderr(), "{line}")
}
