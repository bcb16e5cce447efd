//! `verify`: one solution, to a person, as JSON or as JUnit.

use std::env;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use clap::ValueEnum;

use super::seed::{Seed, SeedArgs};
use super::{Context, HELD, INTERRUPTED, NO_JUDGEMENT, NOT_HELD};
use crate::judge::{self, DEFAULT_SEED, JudgeError, Options};
use crate::report::human::{self, Teller};
use crate::report::screen::{Screen, Tone};
use crate::report::{json, junit};
use crate::{Exercise, Report, Solution, escape, shell};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder that holds proctor.toml
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Judge up to this level instead of the claimed one
    #[arg(long, value_name = "N")]
    level: Option<u8>,
    /// Run only this check
    #[arg(long, value_name = "NAME")]
    check: Option<String>,
    #[command(flatten)]
    seed: SeedArgs,
    /// Format of standard output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Also write the results to this file: JUnit where its name ends in .xml, else JSON
    #[arg(long, value_name = "FILE")]
    results: Vec<PathBuf>,
    /// Keep the input of each check that fails below this folder, with a script that starts the program on it
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Skip all checks after the first failure
    #[arg(long)]
    fail_fast: bool,
    /// Skip the build
    #[arg(long)]
    no_build: bool,
    /// Run this many checks at a time
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Let this check be skipped under CI=true
    #[arg(long, value_name = "NAME")]
    expect_skipped: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Text for people, level by level
    Human,
    /// results.json
    Json,
    /// JUnit XML
    Junit,
}

pub(super) fn run(context: &Context<'_>, args: &Args, screen: &mut Screen) -> u8 {
    let seed = match args.seed.given() {
        Ok(seed) => seed.unwrap_or_else(|| Seed::public(DEFAULT_SEED)),
        Err(error) => {
            screen.complain(&error);
            return NO_JUDGEMENT;
        }
    };
    let judged = Solution::read(&args.dir, context.exercises).map_err(JudgeError::from).and_then(
        |(solution, exercise)| {
            let report = judge(context, args, &seed, &solution, exercise, screen)?;
            Ok((exercise, report))
        },
    );
    let (exercise, report) = match judged {
        Ok(judged) => judged,
        Err(error) => return refuse(&error, screen),
    };
    match args.format {
        Format::Human => human::summary(screen, exercise, &report),
        Format::Json => screen.lines(json::json(exercise, &report).lines()),
        Format::Junit => screen.lines(junit::junit(exercise, &report).lines()),
    }
    for path in &args.results {
        if let Err(error) = save(path, exercise, &report) {
            screen.complain(&error);
            return NO_JUDGEMENT;
        }
    }
    if report.holds() { HELD } else { NOT_HELD }
}

/// Prints the error and returns its exit code.
pub(super) fn refuse(error: &JudgeError, screen: &mut Screen) -> u8 {
    screen.complain(error);
    if matches!(error, JudgeError::Interrupted) { INTERRUPTED } else { NO_JUDGEMENT }
}

fn judge(
    context: &Context<'_>,
    args: &Args,
    seed: &Seed,
    solution: &Solution,
    exercise: &'static Exercise,
    screen: &mut Screen,
) -> Result<Report, JudgeError> {
    let options = Options {
        level: args.level,
        check: args.check.clone(),
        seed: seed.number,
        jobs: args.jobs.map_or_else(jobs, NonZeroUsize::get),
        build: !args.no_build,
        strict: under_ci(),
        expect_skipped: args.expect_skipped.clone(),
        keep: args.keep.clone(),
        fail_fast: args.fail_fast,
        ..Options::default()
    };
    if !matches!(args.format, Format::Human) {
        return judge::watch(exercise, solution, &options, &mut |_| {});
    }
    let shown = escape::words(solution.shown());
    let level = solution.level();
    screen.sentence(
        Tone::Strong,
        &format!("{} · {shown} · claims level {level} · {}", exercise.name, escape::words(&seed.shown)),
    );
    let again = again(context, &args.dir, seed);
    let mut teller = Teller::new(screen, exercise, again, true);
    judge::watch(exercise, solution, &options, &mut |event| teller.tell(&event))
}

/// The command that runs one check of this solution again, up to the check's name.
pub(super) fn again(context: &Context<'_>, dir: &Path, seed: &Seed) -> String {
    let seed = if seed.number == DEFAULT_SEED { String::new() } else { format!(" {}", seed.option) };
    let dir = shell::quote(dir.as_os_str());
    format!("{} verify {dir}{seed} --check", context.name)
}

/// True on a build server: there, "skipped" needs a permit.
pub(super) fn under_ci() -> bool {
    env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
}

/// As many checks at a time as there are processors, within reason: checks measure time too.
pub(super) fn jobs() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get).min(4)
}

#[derive(Debug, thiserror::Error)]
#[error("failed to write {}", path.display())]
struct SaveError {
    path: PathBuf,
    source: std::io::Error,
}

fn save(path: &Path, exercise: &Exercise, report: &Report) -> Result<(), SaveError> {
    let xml = path.extension().is_some_and(|extension| extension == "xml");
    let text = if xml { junit::junit(exercise, report) } else { json::json(exercise, report) };
    fs::write(path, text).map_err(|source| SaveError { path: path.to_owned(), source })
}
