//! The files that a run writes besides its answer. None may take the place of one that it reads, whatever
//! name either goes by, and none is emptied before that is sure.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use log_parser::Rejects;

use crate::error::CliError;

/// Makes the file for rejects, unless it is one of those that are read.
pub(super) fn rejects(path: &Path, logs: &[PathBuf], bots: Option<&Path>) -> Result<Rejects, CliError> {
    if path.as_os_str() == "-" {
        return Err(CliError::RejectsNowhere);
    }
    // A pipe that nobody reads would keep us waiting here, so it is compared by its name first.
    if let Ok(there) = path.metadata() {
        refuse_read(path, &there, logs, bots)?;
    }
    let failed = |source| CliError::RejectsFile { path: path.to_owned(), source };
    let file = open(path).map_err(failed)?;
    refuse_read(path, &file.metadata().map_err(failed)?, logs, bots)?;
    empty(&file).map_err(failed)?;
    Ok(Rejects::new(file))
}

fn refuse_read(path: &Path, there: &Metadata, logs: &[PathBuf], bots: Option<&Path>) -> Result<(), CliError> {
    let of_path = |read: &Path| read.metadata().is_ok_and(|read| is_same(&read, there));
    let is_log = |log: &PathBuf| match log.as_os_str().as_encoded_bytes() {
        b"-" => is_stdin(there),
        _ => of_path(log),
    };
    let logs_hold = if logs.is_empty() { is_stdin(there) } else { logs.iter().any(is_log) };
    let what = match (logs_hold, bots.is_some_and(of_path)) {
        (true, _) => "one of the logs",
        (_, true) => "the list of bots",
        _ => return Ok(()),
    };
    Err(CliError::RejectsAreRead { path: path.to_owned(), what })
}

/// Opens a file to write, and leaves what it holds.
pub(super) fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).open(path)
}

/// Drops what a file holds; devices and pipes hold nothing.
pub(super) fn empty(file: &File) -> io::Result<()> {
    if file.metadata()?.is_file() { file.set_len(0) } else { Ok(()) }
}

fn is_stdin(there: &Metadata) -> bool {
    let stdin = io::stdin().as_fd().try_clone_to_owned().map(File::from);
    stdin.and_then(|stdin| stdin.metadata()).is_ok_and(|stdin| is_same(&stdin, there))
}

/// The same file or pipe, by whatever name. Terminals and `/dev/null` may be read and written.
pub(super) fn is_same(one: &Metadata, other: &Metadata) -> bool {
    let keeps = one.is_file() || one.file_type().is_fifo();
    keeps && (one.dev(), one.ino()) == (other.dev(), other.ino())
}
