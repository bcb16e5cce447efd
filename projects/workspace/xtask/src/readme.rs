//! The README's commands. Every line of a `sh` block in a README has a row in [`COMMANDS`], which says what runs it: this
//! lane, or another. A line without a row fails, and so does a row without a line.

mod block;
mod list;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, iter};

pub use block::{Typed, commands};
pub use list::{By, COMMANDS, Row};

use crate::crew::{Crew, CrewError, ending};
use crate::run::forget_cargo;
use crate::tree::Tree;

/// Why the READMEs could not be held to the list.
#[derive(Debug, thiserror::Error)]
pub enum ReadmeError {
    /// A README.
    #[error("failed to read {}", path.display())]
    Read {
        /// Below the root.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A command.
    #[error("failed to run a command")]
    Command(#[from] CrewError),
    /// The terminal.
    #[error("failed to write")]
    Write(#[from] io::Error),
}

/// Every command of every README, in order.
///
/// # Errors
///
/// [`ReadmeError::Read`] when one can't be read.
pub fn typed(tree: &Tree) -> Result<Vec<Typed>, ReadmeError> {
    let mut all = Vec::new();
    for path in tree.readmes() {
        let source = |source| ReadmeError::Read { path: path.clone(), source };
        let text = fs::read_to_string(tree.root.join(&path)).map_err(source)?;
        all.extend(commands(&path, &text));
    }
    Ok(all)
}

/// What does not hold between the READMEs and the list, a sentence each.
#[must_use]
pub fn gaps(typed: &[Typed], rows: &[Row]) -> Vec<String> {
    let unknown = typed.iter().filter(|command| !rows.iter().any(|row| row.is(command))).map(|command| {
        let (file, line) = (command.readme.display(), command.line);
        format!("{file}:{line}: nothing runs `{}` in {}", command.text, command.place())
    });
    let stale = rows
        .iter()
        .filter(|row| !typed.iter().any(|command| row.is(command)))
        .map(|row| format!("no README has `{}` in {}", row.command, row.place()));
    unknown.chain(stale).collect()
}

/// Runs the commands of this lane, and prints what other lanes run. Returns whether all went well.
///
/// # Errors
///
/// [`ReadmeError`] when a README can't be read or a command can't be started.
pub fn verify(out: &mut dyn Write, crew: &Crew, tree: &Tree, rows: &[Row]) -> Result<bool, ReadmeError> {
    let typed = typed(tree)?;
    let scratch = Scratch::new()?;
    let gaps = gaps(&typed, rows);
    let mut lines: Vec<String> = Vec::new();
    let mut well = gaps.is_empty();
    for row in rows.iter().filter(|row| typed.iter().any(|command| row.is(command))) {
        let verdict = match row.by {
            By::Lane(lane) => format!("run by the lane {lane}"),
            By::EveryLane => "run by all lanes together".to_owned(),
            By::ThisLane(environment) => {
                writeln!(out, "\n$ {}   (in {})", row.command, row.place())?;
                out.flush()?;
                let began = Instant::now();
                let mut command = Command::new("sh");
                command.args(["-c", &scratch.moved(row.command)]).current_dir(tree.root.join(row.directory));
                command.envs(environment.iter().copied());
                forget_cargo(&mut command);
                let status = crew.run(&mut command)?;
                well &= status.success();
                let verdict = if status.success() { "passed".to_owned() } else { ending(status) };
                timed(&verdict, began.elapsed())
            }
        };
        lines.push(format!("{:<40} {:<22} {verdict}", row.command, row.place()));
    }
    writeln!(out)?;
    for line in lines.iter().chain(iter::once(&String::new())).chain(&gaps) {
        writeln!(out, "{line}")?;
    }
    Ok(well)
}

/// A folder in place of `/tmp`, removed at the end: what lies at the README's own paths is the reader's.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> io::Result<Self> {
        let folder = std::env::temp_dir().join(format!("xtask-readme-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    fn moved(&self, command: &str) -> String {
        command.replace("/tmp/", &format!("{}/", self.0.display()))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _nothing_was_written = fs::remove_dir_all(&self.0);
    }
}

fn timed(verdict: &str, time: Duration) -> String {
    format!("{verdict}, {} s", time.as_secs())
}
