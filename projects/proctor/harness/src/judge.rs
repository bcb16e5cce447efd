//! Runs an exercise's checks against a solution, level by level, a few at a time, and reports in their order.

mod pool;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use crate::calibration;
use crate::folder::Folder;
use crate::report::{Judged, Outcome, Report};
use crate::solution::{BuildError, Solution, SolutionError};
use crate::trial::{Trial, Unstartable};
use crate::{Check, Exercise, Level, Stop, interrupt};

/// Every reason for which a level ends before its last check.
pub(crate) const CUT_SHORT: [&str; 3] = [pool::HUNG, pool::UNREADY, pool::FAIL_FAST];

/// The seed that everyone has; an interviewer takes another.
pub const DEFAULT_SEED: u64 = 2026;

/// What to judge, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Judge up to this level instead of the claimed one.
    pub level: Option<u8>,
    /// Run only the check of this name, whatever its level.
    pub check: Option<String>,
    /// The seed of all inputs.
    pub seed: u64,
    /// Checks at a time.
    pub jobs: usize,
    /// Run the solution's `build` first.
    pub build: bool,
    /// "Skipped" speaks against the solution, as it does under `CI=true`,
    pub strict: bool,
    /// but for these checks.
    pub expect_skipped: Vec<String>,
    /// Look for the smallest input that still fails. A test that only asks which checks fail is quicker without.
    pub shrink: bool,
    /// Skip what comes after the first check that fails.
    pub fail_fast: bool,
    /// How many times longer than on an idle machine deadlines may become, from 1 to 10.
    pub max_stretch: f64,
    /// Keep what each failure was seen on in a folder of the check's name below this one.
    pub keep: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            level: None,
            check: None,
            seed: DEFAULT_SEED,
            jobs: 2,
            build: false,
            strict: false,
            expect_skipped: Vec::new(),
            shrink: true,
            fail_fast: false,
            max_stretch: calibration::MAX_FACTOR,
            keep: None,
        }
    }
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// The folder is no solution.
    #[error(transparent)]
    Solution(#[from] SolutionError),
    /// It can't be built.
    #[error(transparent)]
    Build(BuildError),
    /// Its program can't be started.
    #[error("`{command}` could not be started: {reason}")]
    Start {
        /// The command line.
        command: String,
        /// Why.
        reason: String,
    },
    /// No check has this name.
    #[error("{exercise} has no check {name}; `list {exercise}` shows them all")]
    UnknownCheck {
        /// The exercise.
        exercise: &'static str,
        /// The name.
        name: String,
    },
    /// The exercise doesn't have this level.
    #[error("{exercise} has levels 1 to {highest}, not {level}")]
    UnknownLevel {
        /// The exercise.
        exercise: &'static str,
        /// Its highest level.
        highest: u8,
        /// What was asked for.
        level: u8,
    },
    /// A failure's input can't be kept.
    #[error("failed to keep the input in {}", folder.display())]
    Keep {
        /// Where it should have gone.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No temporary folder.
    #[error("failed to make a temporary folder")]
    Folder(#[source] io::Error),
    /// The system has no room for another thread.
    #[error("failed to start a thread")]
    Thread(#[source] io::Error),
    /// The person pressed Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

/// What happens while a solution is judged, for those who watch.
#[derive(Debug)]
pub(crate) enum Event<'e> {
    /// The build begins, with this command.
    Building(&'e str),
    /// The build is done.
    Built(Duration),
    /// A level begins, with this many checks.
    Level(&'e Level, usize),
    /// A check begins.
    Started(&'e Check),
    /// A check is done; checks are told in their order.
    Finished(&'e Outcome),
    /// A level is done.
    LevelDone(&'e Level, &'e [Outcome], Duration),
    /// A moment has passed and nothing else happened.
    Tick,
}

/// Judges the solution in `folder` quietly.
///
/// # Errors
///
/// Where no judgement is possible: a wrong `proctor.toml`, a failing build, a program that doesn't start.
pub fn judge(exercise: &'static Exercise, folder: &Path, options: &Options) -> Result<Report, JudgeError> {
    let (solution, _) = Solution::read(folder, &[exercise])?;
    judge_solution(exercise, &solution, options)
}

/// Judges a solution quietly that needs no `proctor.toml`, such as a mutant.
///
/// # Errors
///
/// As [`judge`].
pub fn judge_solution(
    exercise: &'static Exercise,
    solution: &Solution,
    options: &Options,
) -> Result<Report, JudgeError> {
    watch(exercise, solution, options, &mut |_| {})
}

/// Judges a solution and tells `on` what happens.
pub(crate) fn watch(
    exercise: &'static Exercise,
    solution: &Solution,
    options: &Options,
    on: &mut dyn FnMut(Event<'_>),
) -> Result<Report, JudgeError> {
    let highest = exercise.levels.iter().map(|level| level.number).max().unwrap_or(0);
    let judged = options.level.unwrap_or_else(|| solution.level());
    if !(1..=highest).contains(&judged) {
        return Err(JudgeError::UnknownLevel { exercise: exercise.name, highest, level: judged });
    }
    // A permit with a slip of the pen in it would permit nothing, and nobody would know.
    for name in options.check.iter().chain(&options.expect_skipped) {
        if !exercise.checks.iter().any(|check| check.name == name) {
            return Err(JudgeError::UnknownCheck { exercise: exercise.name, name: name.clone() });
        }
    }
    let lacks = solution.lacks();
    if options.build && solution.has_build() && lacks.is_none() {
        build(solution, on)?;
    }
    let session = Session {
        solution,
        lacks,
        folder: Folder::temporary().map_err(JudgeError::Folder)?,
        unstartable: OnceLock::new(),
        options,
    };
    let start = Instant::now();
    let mut outcomes = Vec::new();
    let mut course = pool::Course::default();
    for level in exercise.levels {
        let wanted = |check: &&Check| match &options.check {
            Some(name) => check.level() == level.number && check.name == name,
            None => check.level() == level.number && level.number <= judged,
        };
        let checks: Vec<_> = exercise.checks.iter().filter(wanted).collect();
        if checks.is_empty() {
            continue;
        }
        let start = Instant::now();
        on(Event::Level(level, checks.len()));
        let of_level = pool::run(&session, &checks, &mut course, on)?;
        on(Event::LevelDone(level, &of_level, start.elapsed()));
        outcomes.extend(of_level);
    }
    Ok(Report {
        exercise: exercise.name,
        solution: solution.shown().to_owned(),
        seed: options.seed,
        claimed: solution.level(),
        judged,
        levels: highest,
        outcomes,
        elapsed: start.elapsed(),
        single: options.check.is_some(),
    })
}

fn build(solution: &Solution, on: &mut dyn FnMut(Event<'_>)) -> Result<(), JudgeError> {
    let start = Instant::now();
    on(Event::Building(&solution.build_line()));
    let built = thread::scope(|scope| -> Result<_, JudgeError> {
        let (done, wait) = std::sync::mpsc::channel();
        thread::Builder::new()
            .name("build".to_owned())
            .spawn_scoped(scope, move || {
                // Nobody waits any more only where the waiting thread panicked.
                done.send(solution.build()).ok();
            })
            .map_err(JudgeError::Thread)?;
        loop {
            match wait.recv_timeout(pool::TICK) {
                Ok(built) => break Ok(built),
                Err(_) => on(Event::Tick),
            }
        }
    });
    built?.map_err(|error| match error {
        BuildError::Interrupted => JudgeError::Interrupted,
        error => JudgeError::Build(error),
    })?;
    on(Event::Built(start.elapsed()));
    Ok(())
}

/// One judgement under way.
#[derive(Debug)]
struct Session<'s> {
    solution: &'s Solution,
    /// A program that the solution needs and this machine doesn't have: then nothing is started.
    lacks: Option<&'s str>,
    folder: Folder,
    unstartable: OnceLock<Unstartable>,
    options: &'s Options,
}

impl Session<'_> {
    /// Runs one check.
    fn run(&self, check: &Check) -> Result<Outcome, JudgeError> {
        let start = Instant::now();
        let missing = match self.lacks {
            Some(program) => Some(format!("the solution needs {program}, which isn't installed")),
            None => check.needs.iter().find_map(|need| need.missing()),
        };
        let mut trial = Trial::new(check, self.options, &self.folder, self.solution, &self.unstartable)
            .map_err(JudgeError::Folder)?;
        let verdict = match missing {
            Some(missing) => Err(Stop::Skipped(missing)),
            None => (check.run)(&mut trial),
        };
        if let Some(Unstartable { command, reason }) = self.unstartable.get().cloned() {
            return Err(JudgeError::Start { command, reason });
        }
        if interrupt::raised() {
            return Err(JudgeError::Interrupted);
        }
        // A check that found nothing wrong may still have had a server that fell over.
        let verdict = verdict.and_then(|()| trial.unseen().map_or(Ok(()), |fault| Err(fault.into())));
        let result = match verdict {
            Ok(()) => Judged::Passed,
            Err(Stop::Failed(mut failure)) => {
                if let Some(folder) = &self.options.keep {
                    let folder = folder.join(check.name);
                    failure.kept = trial
                        .keep(&folder, &failure)
                        .map_err(|source| JudgeError::Keep { folder, source })?;
                }
                Judged::Failed(failure)
            }
            Err(Stop::Skipped(reason)) => {
                let listed = self.options.expect_skipped.iter().any(|name| name == check.name);
                Judged::Skipped { reason, expected: listed || !self.options.strict }
            }
            Err(Stop::Interrupted) => return Err(JudgeError::Interrupted),
        };
        Ok(Outcome::new(check, result, start.elapsed()))
    }
}

#[cfg(test)]
mod tests;
