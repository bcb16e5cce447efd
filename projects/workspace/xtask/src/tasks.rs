//! What the words of `make` do, other than `verify`: `init`, `run`, `bench` and `doctor`.
//!
//! Commands share this program's terminal and process group, so that Ctrl-C reaches them as if a person had started them.
//! The last one takes this program's place.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitStatus};

use crate::crew::ending;
use crate::projects::{BOARD, PROJECTS, Project, Task};
use crate::run::forget_cargo;
use crate::scope::{Scope, bins};
use crate::words::split;

/// Why a word could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// A command can't be started.
    #[error("failed to start {program}")]
    Start {
        /// The program's name.
        program: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A command failed. It has said why.
    #[error("{}: {line}", ending(*status))]
    Failed {
        /// The command.
        line: String,
        /// How it ended.
        status: ExitStatus,
    },
}

/// Downloads every crate, and builds the programs that people run. Tests are compiled by the first `verify`.
///
/// # Errors
///
/// [`TaskError`] when a command fails.
pub fn init(scope: &Scope<'_>) -> Result<(), TaskError> {
    status(cargo(scope, scope.fill("fetch --locked")))?;
    status(cargo(scope, scope.fill("build --locked {programs}")))
}

/// Shows what the folder is for: a project at work, or every solution judged.
///
/// # Errors
///
/// [`TaskError`] when a build fails or the program can't be started; otherwise this process is another.
pub fn run(scope: &Scope<'_>) -> Result<(), TaskError> {
    match scope.project.map(|project| project.run) {
        Some(task) if task != BOARD => start(scope, &task, Profile::Dev, &[]),
        // The board's folders are the root's, whichever folder it was asked for in.
        _ => {
            let whole = Scope { project: None, ..*scope };
            start(&whole, &BOARD, Profile::Dev, &exercises(&whole))
        }
    }
}

/// Measures: the project, or every exercise in turn. `--quick` measures nothing, and is built as quickly.
///
/// # Errors
///
/// [`TaskError`] when a command fails.
pub fn bench(scope: &Scope<'_>) -> Result<(), TaskError> {
    let more = split(&std::env::var("BENCH").unwrap_or_default());
    let profile = if more.iter().any(|word| word == "--quick") { Profile::Dev } else { Profile::Release };
    let measured: Vec<&Project> = match scope.project {
        Some(project) => vec![project],
        None => PROJECTS.iter().filter(|project| project.judge.is_some()).collect(),
    };
    for project in measured {
        let scope = Scope { project: Some(project), ..*scope };
        let Some(task) = project.bench else { continue };
        built(&scope, task.builds, profile)?;
        status(command(&scope, &task, profile, &more))?;
    }
    Ok(())
}

/// Says what this machine lacks.
///
/// # Errors
///
/// [`TaskError`] when proctor does not build or can't be started; otherwise this process is another.
pub fn doctor(scope: &Scope<'_>) -> Result<(), TaskError> {
    let scope = Scope { project: None, ..*scope };
    start(&scope, &Task { builds: &["proctor"], command: "{built}/proctor doctor" }, Profile::Dev, &[])
}

/// The profiles that a task is built with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// What is tested and judged.
    Dev,
    /// What is measured.
    Release,
}

/// Builds programs. Cargo shows its progress where nothing is built yet.
pub(crate) fn built(scope: &Scope<'_>, programs: &[&str], profile: Profile) -> Result<(), TaskError> {
    if programs.is_empty() {
        return Ok(());
    }
    let mut words = vec!["build".to_owned(), "--locked".to_owned()];
    let folder = folder(scope, profile);
    if programs.iter().all(|program| Path::new(&folder).join(program).is_file()) {
        words.push("--quiet".to_owned());
    }
    if profile == Profile::Release {
        words.push("--release".to_owned());
    }
    words.extend(bins(programs));
    status(cargo(scope, words))
}

/// A task's command line, in its project's folder.
pub(crate) fn command(scope: &Scope<'_>, task: &Task, profile: Profile, more: &[String]) -> Command {
    let folder = folder(scope, profile);
    let mut words = scope.fill(task.command).into_iter().map(|word| word.replace("{built}", &folder));
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).args(more).current_dir(scope.folder()).env("CARGO_TARGET_DIR", &scope.tree.target);
    forget_cargo(&mut command);
    command
}

/// Runs a command to its end.
pub(crate) fn status(mut command: Command) -> Result<(), TaskError> {
    let status = command.status().map_err(|source| TaskError::Start { program: name(&command), source })?;
    if status.success() {
        return Ok(());
    }
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    let line = [name(&command)].into_iter().chain(words).collect::<Vec<_>>().join(" ");
    Err(TaskError::Failed { line, status })
}

fn start(scope: &Scope<'_>, task: &Task, profile: Profile, more: &[String]) -> Result<(), TaskError> {
    built(scope, task.builds, profile)?;
    let mut command = command(scope, task, profile, more);
    let source = command.exec();
    Err(TaskError::Start { program: name(&command), source })
}

fn cargo(scope: &Scope<'_>, words: Vec<String>) -> Command {
    let mut command = Command::new("cargo");
    command.args(words).current_dir(&scope.tree.root).env("CARGO_TARGET_DIR", &scope.tree.target);
    forget_cargo(&mut command);
    command
}

fn folder(scope: &Scope<'_>, profile: Profile) -> String {
    let name = if profile == Profile::Dev { "debug" } else { "release" };
    scope.tree.target.join(name).to_string_lossy().into_owned()
}

/// The folders with solutions, those with a row in its order and the others after them.
fn exercises(whole: &Scope<'_>) -> Vec<String> {
    let folder = |path: &Path| path.iter().take(2).collect::<std::path::PathBuf>().display().to_string();
    let mut folders: Vec<String> = whole.solutions().iter().map(|path| folder(path)).collect();
    folders.dedup();
    folders.sort_by_key(|folder| {
        PROJECTS.iter().position(|project| project.folder == folder).unwrap_or(PROJECTS.len())
    });
    folders
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
