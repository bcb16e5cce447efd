//! What a check holds in its hands: seeded randomness, a folder of its own, and the program to start.

use std::ffi::OsString;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Stop;

/// One run of one check against one solution.
#[derive(Debug)]
pub struct Trial<'a> {
    rng: fastrand::Rng,
    folder: PathBuf,
    solution: PhantomData<&'a ()>,
}

impl Trial<'_> {
    /// Randomness from the seed and the check's name: the same seed, the same input.
    pub fn rng(&mut self) -> &mut fastrand::Rng {
        &mut self.rng
    }

    /// The folder that the program is started in; it is removed afterwards.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file into the folder and returns its path.
    pub fn write(&self, name: &str, contents: &[u8]) -> Result<PathBuf, Stop> {
        let _ = (name, contents);
        Err(Stop::NotExercised(String::new()))
    }

    /// Prepares a start of the solution's program.
    pub fn program(&self) -> Invocation<'_> {
        Invocation { trial: PhantomData }
    }
}

/// A start of the program: arguments, environment, standard input, limits.
#[derive(Debug)]
#[must_use]
pub struct Invocation<'t> {
    trial: PhantomData<&'t ()>,
}

impl Invocation<'_> {
    /// Adds an argument.
    pub fn arg(self, arg: impl Into<OsString>) -> Self {
        let _ = arg.into();
        self
    }

    /// Adds arguments.
    pub fn args<A: Into<OsString>>(self, args: impl IntoIterator<Item = A>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    /// Sets an environment variable.
    pub fn env(self, name: &str, value: impl Into<OsString>) -> Self {
        let _ = (name, value.into());
        self
    }

    /// Feeds these bytes to standard input, then closes it. Without this it is empty.
    pub fn stdin(self, bytes: impl Into<Vec<u8>>) -> Self {
        let _ = bytes.into();
        self
    }

    /// Gives the program a standard output that nobody reads: the reader is closed before the start.
    pub fn stdout_closed(self) -> Self {
        self
    }

    /// A deadline for this start alone; the check's deadline holds as well.
    pub fn deadline(self, deadline: Duration) -> Self {
        let _ = deadline;
        self
    }

    /// Starts the program and waits for its end.
    ///
    /// # Errors
    ///
    /// [`Stop::Failed`] when it can't be started, misses its deadline, floods its output, passes its memory cap or
    /// leaves processes behind. How it exited is for the check to judge.
    pub fn run(self) -> Result<Finished, Stop> {
        Err(Stop::NotExercised(String::new()))
    }
}

/// A program that has ended by itself.
#[derive(Clone, Debug)]
pub struct Finished {
    /// All of standard output.
    pub stdout: Vec<u8>,
    /// All of standard error.
    pub stderr: Vec<u8>,
    /// How it ended.
    pub ending: Ending,
    /// The command line as a person would type it.
    pub command: String,
    /// Wall time from start to end.
    pub elapsed: Duration,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It exited with this code.
    Exited(i32),
    /// A signal ended it.
    Signalled(i32),
}
