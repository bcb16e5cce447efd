//! What runs each command of the READMEs.

use std::path::Path;

use super::block::{Typed, place};

/// What runs a command.
#[derive(Clone, Copy, Debug)]
pub enum By {
    /// The readme lane itself, with these variables. What it writes to `/tmp` goes to a folder of the lane's own.
    ThisLane(&'static [(&'static str, &'static str)]),
    /// Another lane, of this name, runs the same words or a longer form of them.
    Lane(&'static str),
    /// It is the run of all lanes, or its parts are run by several of them.
    EveryLane,
}

/// A command and what runs it.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The folder that it is typed in, below the root.
    pub directory: &'static str,
    /// The command, to the letter.
    pub command: &'static str,
    /// What runs it.
    pub by: By,
}

impl Row {
    /// Whether this row speaks of that command.
    #[must_use]
    pub fn is(&self, typed: &Typed) -> bool {
        typed.directory == Path::new(self.directory) && typed.text == self.command
    }

    /// The folder in words.
    #[must_use]
    pub fn place(&self) -> String {
        place(Path::new(self.directory))
    }
}

const fn row(directory: &'static str, command: &'static str, by: By) -> Row {
    Row { directory, command, by }
}

const HERE: By = By::ThisLane(&[]);

/// Every command of every README.
pub const COMMANDS: &[Row] = &[
    row("", "make run", By::Lane("acceptance")),
    row("", "make verify", By::EveryLane),
    row("", "make doctor", HERE),
    row("", "DIR=/tmp/pairing make pairing", HERE),
    row("", "DIR=/tmp/pairing-queue EXERCISE=grpc-queue make pairing", HERE),
    // A small log and one round show that it works; the figures are made by hand, on a quiet machine.
    row("", "make bench", By::ThisLane(&[("BENCH", "--quick")])),
    row("", "target/debug/proctor verify projects/log-parser/solutions/python", HERE),
    row("", "devcontainer up --workspace-folder .", By::Lane("containers")),
    row("", "devcontainer exec --workspace-folder . make run", By::Lane("containers")),
    row("", "docker compose up -d --wait", By::Lane("services")),
    row("", "docker compose ps", By::Lane("services")),
    row("", "docker compose down", By::Lane("services")),
    row("projects/log-parser", "make init", By::Lane("containers")),
    row("projects/log-parser", "make verify", By::EveryLane),
    row("projects/log-parser", "make run", HERE),
    row("projects/grpc-queue", "make init", By::Lane("containers")),
    row("projects/grpc-queue", "make verify", By::EveryLane),
    row("projects/grpc-queue", "make run", HERE),
    row("projects/proctor", "make init", By::Lane("containers")),
    row("projects/proctor", "make verify", By::EveryLane),
    row("projects/proctor", "make run", By::Lane("containers")),
    row("projects/proctor", "../../target/debug/proctor list log-parser", HERE),
    row("projects/proctor", "../../target/debug/proctor verify ../log-parser/solutions/python", HERE),
    row(
        "projects/proctor",
        "../../target/debug/proctor verify ../log-parser/solutions/python \
         --check own-range --seed 7",
        HERE,
    ),
];
