//! A solution: a folder with a `proctor.toml` that says which exercise it solves, up to which level, and how it is
//! built and started.

mod build;
mod file;
mod start;

use std::env;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub use self::build::BuildError;
pub use self::file::SolutionError;

use crate::{Exercise, shell};

/// What proctor must know to build and start a solution.
#[derive(Clone, Debug)]
pub struct Solution {
    folder: PathBuf,
    shown: String,
    level: u8,
    needs: Vec<String>,
    build: Vec<String>,
    run: Vec<String>,
    env: Vec<(String, String)>,
}

impl Solution {
    /// Reads `folder/proctor.toml` and finds its exercise among those that are known.
    ///
    /// # Errors
    ///
    /// With the line and the reason, when the file is missing or wrong.
    pub fn read(
        folder: &Path,
        exercises: &[&'static Exercise],
    ) -> Result<(Self, &'static Exercise), SolutionError> {
        let path = folder.join("proctor.toml");
        let (file, exercise) = match why_none(folder, &path) {
            Some(why) => {
                // An empty path is the folder that we are in.
                let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
                return Err(SolutionError::NoSolution { folder: folder.to_owned(), why });
            }
            None => file::read(&path, exercises)?,
        };
        let mut solution = Self::new(folder, file.level, file.run);
        solution.needs = file.needs;
        solution.build = file.build;
        solution.env = file.env;
        Ok((solution, exercise))
    }

    /// A solution without a `proctor.toml`, as the tests of a suite put it together for a mutant.
    pub fn new(folder: &Path, level: u8, run: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let shown = folder.display().to_string();
        Self {
            // A path that can't be resolved shows itself when the program is started.
            folder: folder.canonicalize().unwrap_or_else(|_| folder.to_owned()),
            shown: if shown.is_empty() { ".".to_owned() } else { shown },
            level,
            needs: Vec::new(),
            build: Vec::new(),
            run: run.into_iter().map(Into::into).collect(),
            env: Vec::new(),
        }
    }

    /// The folder as it was given.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The highest level that it claims.
    pub fn level(&self) -> u8 {
        self.level
    }

    /// The `run` line as it stands in `proctor.toml`.
    pub(crate) fn run_line(&self) -> &[String] {
        &self.run
    }

    pub(crate) fn env(&self) -> &[(String, String)] {
        &self.env
    }

    /// The first of the programs that it needs which isn't on the `PATH`: what this machine can't judge.
    pub(crate) fn lacks(&self) -> Option<&str> {
        let on_path = |name: &&String| {
            env::var_os("PATH")
                .is_some_and(|path| env::split_paths(&path).any(|dir| dir.join(name).is_file()))
        };
        self.needs.iter().find(|name| !on_path(name)).map(String::as_str)
    }

    pub(crate) fn has_build(&self) -> bool {
        !self.build.is_empty()
    }

    /// The `build` line as a person would type it.
    pub(crate) fn build_line(&self) -> String {
        shell::line(&self.build)
    }

    /// The program and its first arguments, ready to be started from any folder.
    ///
    /// The program is taken from the solution's folder where it has a slash, else from the `PATH`. An argument that
    /// names something in the solution's folder (`python3 solution.py`) becomes its full path.
    pub(crate) fn resolved(&self) -> (OsString, Vec<OsString>) {
        let mut words = self.run.iter();
        let program = words.next().map(String::as_str).unwrap_or_default();
        let program =
            if program.contains('/') { self.folder.join(program).into() } else { OsString::from(program) };
        let args = words
            .map(|word| {
                let path = self.folder.join(word);
                let local = !word.is_empty() && !word.starts_with('-') && Path::new(word).is_relative();
                if local && path.exists() { path.into() } else { OsString::from(word) }
            })
            .collect();
        (program, args)
    }
}

/// Why a folder holds no `proctor.toml`, where it is certain that it holds none.
fn why_none(folder: &Path, toml: &Path) -> Option<&'static str> {
    let error = toml.symlink_metadata().err()?;
    match error.kind() {
        ErrorKind::NotADirectory if folder.is_file() => Some("is a file"),
        ErrorKind::NotADirectory => Some("is no folder"),
        ErrorKind::NotFound if folder.as_os_str().is_empty() || folder.is_dir() => Some("has none"),
        ErrorKind::NotFound => Some("doesn't exist"),
        _ => None,
    }
}
