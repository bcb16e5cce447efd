//! One run of the engine, as `count` and `top` have it: format, rejects, progress, the ledger on request.

use std::fs::{File, Metadata};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use log_parser::{By, Input, Job, Ledger, Query, Rejects, Tally};

use crate::args::Sources;
use crate::problem::{Problem, hint};
use crate::progress::Watched;

/// Reads all sources and returns what they add up to.
pub(super) fn run(query: &Query, by: Option<By>, sources: &Sources) -> Result<Tally, Problem> {
    let mut inputs = super::inputs(&sources.files);
    let format = super::format(&sources.format, &mut inputs)?;
    let rejects = sources.rejects.as_deref().map(|path| rejects(path, &sources.files)).transpose()?;
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
    let tally = Watched { progress: &progress, total }.during(|| job.run(inputs))?;
    if tally.rejects_left_out > 0 {
        hint(&format!("{} lines were too long to be kept with the rejects", tally.rejects_left_out));
    }
    if tally.ledger.malformed * 2 > tally.ledger.lines {
        hint("most lines cannot be read: is this the format? See detect, and --format");
    }
    Ok(tally)
}

/// Writes where every line went.
pub(super) fn write_ledger(ledger: &Ledger) -> Result<(), Problem> {
    let line = serde_json::to_string(ledger).map_err(|error| Problem::Output(error.into()))?;
    writeln!(io::stderr(), "{line}").map_err(Problem::Output)
}

/// Makes the file for rejects, unless that would empty one of the logs.
fn rejects(path: &Path, logs: &[PathBuf]) -> Result<Rejects, Problem> {
    let failed = |source| Problem::RejectsFile { path: path.to_owned(), source };
    if let Ok(there) = path.metadata() {
        let same = |log: &PathBuf| log.metadata().is_ok_and(|log| is_same(&log, &there));
        if logs.iter().any(same) {
            return Err(Problem::RejectsAreLog { path: path.to_owned() });
        }
    }
    File::create(path).map(Rejects::new).map_err(failed)
}

fn is_same(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino()) && one.is_file()
}
