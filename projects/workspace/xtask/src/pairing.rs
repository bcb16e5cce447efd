//! The folder that an interviewer shares with a candidate: proctor, the brief, what the exercise gives, and nothing that
//! gives an answer away.
//!
//! It lies outside the checkout, since the hints would be one `cat ../..` away in it. A folder that is there already is
//! taken only when it is empty, or as this program has left it: nobody begins on the solution of the last candidate.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::projects::{self, PROJECTS, Pairing, Project, Task};
use crate::scope::Scope;
use crate::tasks::{Profile, TaskError, built, command, status};

/// Lies in every folder that was made here. What is newer than it is the candidate's.
pub const MARKER: &str = ".pairing";

/// Why there is no folder to share.
#[derive(Debug, thiserror::Error)]
pub enum PairingError {
    /// No folder is named.
    #[error("no folder: say where, outside the checkout: DIR=/tmp/pairing make pairing")]
    NoFolder,
    /// No such exercise.
    #[error("no exercise `{name}`: EXERCISE is one of {known}")]
    Unknown {
        /// What was named.
        name: String,
        /// What there is.
        known: String,
    },
    /// The folder is in the checkout.
    #[error(
        "{} is inside the checkout, where a guest reads hints and solutions: take a folder outside, such as \
         /tmp/pairing",
        path.display()
    )]
    Inside {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds something that was not made here.
    #[error("{} is not empty and was not made by `make pairing`: take another folder", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// A candidate has worked in the folder.
    #[error(
        "{} holds a candidate's work ({}): take another folder, or FORCE=1 to clear this one",
        path.display(),
        example.display()
    )]
    Used {
        /// The folder.
        path: PathBuf,
        /// One file of theirs.
        example: PathBuf,
    },
    /// A file.
    #[error("failed to write {}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A command.
    #[error("failed to make the folder's content")]
    Task(#[from] TaskError),
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The folder.
    pub folder: Option<PathBuf>,
    /// The exercise; without one, that of the project in scope, or the first.
    pub exercise: Option<String>,
    /// Whether a candidate's work may be removed.
    pub force: bool,
}

/// Makes the folder.
///
/// # Errors
///
/// [`PairingError`] when it may not be made, or can't.
pub fn lay_out(out: &mut dyn Write, scope: &Scope<'_>, wanted: &Wanted) -> Result<(), PairingError> {
    let (project, pairing) = exercise(scope, wanted.exercise.as_deref())?;
    let folder = wanted.folder.clone().ok_or(PairingError::NoFolder)?;
    let folder = clear(&scope.tree.root, &folder, wanted.force)?;
    let scope = Scope { project: Some(project), ..*scope };
    let programs: Vec<&str> = ["proctor"].iter().chain(pairing.programs).copied().collect();
    let all: Vec<&str> = programs.iter().chain(pairing.builds).copied().collect();
    built(&scope, &all, Profile::Dev)?;
    let made = |path: &Path, done: io::Result<()>| {
        done.map_err(|source| PairingError::Write { path: path.to_path_buf(), source })
    };
    for program in programs {
        let to = folder.join(program);
        made(&to, program_without_symbols(&scope.tree.target.join("debug").join(program), &to))?;
    }
    let brief = folder.join("README.md");
    made(&brief, fs::copy(scope.folder().join("README.md"), &brief).map(drop))?;
    for (from, to) in pairing.folders {
        let to = folder.join(to);
        made(&to, committed(&scope.folder().join(from), &to))?;
    }
    if let Some(line) = pairing.command {
        let mut command = command(&scope, &Task { builds: &[], command: line }, Profile::Dev, &[]);
        command.current_dir(&folder);
        status(command)?;
    }
    let live_share = folder.join(".vsls.json");
    made(&live_share, fs::write(&live_share, LIVE_SHARE))?;
    let marker = folder.join(MARKER);
    made(
        &marker,
        fs::write(&marker, "Made by `make pairing`. What is newer than this file is the candidate's.\n"),
    )?;
    let said = writeln!(
        out,
        "Share {0}. {1}\nThe candidate writes into a folder of it, such as {0}/mine, and runs: ./proctor verify mine",
        folder.display(),
        pairing.note
    );
    made(&folder, said)
}

/// Guests see what is there, and not how it came there.
const LIVE_SHARE: &str = "{
  \"$schema\": \"http://json.schemastore.org/vsls\",
  \"gitignore\": \"none\",
  \"excludeFiles\": [\".pairing\", \".vsls.json\"]
}
";

fn exercise(scope: &Scope<'_>, name: Option<&str>) -> Result<(&'static Project, Pairing), PairingError> {
    let with_pairing = |project: &'static Project| project.pairing.map(|pairing| (project, pairing));
    let known = || PROJECTS.iter().filter_map(with_pairing);
    let found = match name {
        Some(name) => projects::find(name).and_then(with_pairing),
        None => scope.project.and_then(with_pairing).or_else(|| known().next()),
    };
    found.ok_or_else(|| PairingError::Unknown {
        name: name.unwrap_or_default().to_owned(),
        known: known().map(|(project, _)| project.name()).collect::<Vec<_>>().join(", "),
    })
}

/// Makes the folder an empty one, where it may be; returns its full path.
///
/// # Errors
///
/// [`PairingError`] when it may not be.
pub fn clear(root: &Path, folder: &Path, force: bool) -> Result<PathBuf, PairingError> {
    let failed = |source| PairingError::Write { path: folder.to_path_buf(), source };
    let root = root.canonicalize().map_err(failed)?;
    let place = nearest(folder).map_err(failed)?;
    if place.starts_with(&root) {
        return Err(PairingError::Inside { path: folder.to_path_buf() });
    }
    fs::create_dir_all(folder).map_err(failed)?;
    let folder = folder.canonicalize().map_err(failed)?;
    let entries: Vec<PathBuf> = fs::read_dir(&folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
        .map_err(failed)?;
    if entries.is_empty() {
        return Ok(folder);
    }
    let marker = folder.join(MARKER);
    let Ok(made) = marker.symlink_metadata().map(|metadata| changed(&metadata)) else {
        return Err(PairingError::Foreign { path: folder });
    };
    if !force && let Some(example) = newer(&folder, made).map_err(failed)? {
        let example = example.strip_prefix(&folder).map(Path::to_path_buf).unwrap_or(example);
        return Err(PairingError::Used { path: folder, example });
    }
    for entry in entries.iter().filter(|entry| **entry != marker).chain([&marker]) {
        let is_folder = entry.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
        if is_folder { fs::remove_dir_all(entry) } else { fs::remove_file(entry) }.map_err(failed)?;
    }
    Ok(folder)
}

/// Where a folder is or would be, links followed as far as there is something.
fn nearest(folder: &Path) -> io::Result<PathBuf> {
    let folder = std::path::absolute(folder)?;
    let there = folder.ancestors().find(|path| path.symlink_metadata().is_ok()).unwrap_or(&folder);
    let rest = folder.strip_prefix(there).unwrap_or_else(|_| Path::new(""));
    Ok(there.canonicalize()?.join(rest))
}

/// When a file was last changed, whatever it says of its own age.
fn changed(metadata: &fs::Metadata) -> (i64, i64) {
    (metadata.ctime(), metadata.ctime_nsec())
}

/// Something that was changed after the folder was made.
fn newer(folder: &Path, made: (i64, i64)) -> io::Result<Option<PathBuf>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let metadata = path.symlink_metadata()?;
        if metadata.is_dir()
            && let Some(found) = newer(&path, made)?
        {
            return Ok(Some(found));
        }
        if changed(&metadata) > made {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Copies a program. Its symbols are nine tenths of it and nobody looks into it there; without `strip` they stay.
fn program_without_symbols(from: &Path, to: &Path) -> io::Result<()> {
    let stripped = Command::new("strip").arg("-o").arg(to).arg(from).status();
    if stripped.is_ok_and(|status| status.success()) { Ok(()) } else { fs::copy(from, to).map(drop) }
}

/// Copies what is committed of a folder, and nothing that was built in it.
fn committed(from: &Path, to: &Path) -> io::Result<()> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(from).output()?;
    let paths = String::from_utf8_lossy(&listed.stdout).into_owned();
    let mut paths = paths.split('\0').filter(|path| !path.is_empty()).peekable();
    if !listed.status.success() || paths.peek().is_none() {
        return Err(io::Error::other("git knows no file of it: this has to be a clone"));
    }
    for path in paths {
        let to = to.join(path);
        fs::create_dir_all(to.parent().unwrap_or(&to))?;
        fs::copy(from.join(path), to)?;
    }
    Ok(())
}
