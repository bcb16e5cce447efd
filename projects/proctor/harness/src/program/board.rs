//! `board`: every solution, judged live, and one table at the end. The first thing that a stranger sees.

use std::env;
use std::fs;
use std::iter;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::seed::{Seed, SeedArgs};
use super::{Context, HELD, NO_JUDGEMENT, NOT_HELD, verify};
use crate::judge::{self, JudgeError, Options};
use crate::report::human::{Teller, duration};
use crate::report::layout;
use crate::report::screen::{Screen, Tone};
use crate::report::table::table;
use crate::{Exercise, Report, Solution, escape, shell};

/// Folders that hold no solutions of their own: mutants, what a candidate starts from, tests, what was built.
const PASSED_OVER: [&str; 6] = ["acceptance", "starters", "tests", "fuzz", "target", "node_modules"];

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folders to search for proctor.toml: by default the nearest `projects`, here or further up
    dirs: Vec<PathBuf>,
    #[command(flatten)]
    seed: SeedArgs,
    /// Skip the builds
    #[arg(long)]
    no_build: bool,
}

/// One line of the board.
struct Row {
    folder: PathBuf,
    exercise: &'static str,
    result: Result<Report, JudgeError>,
    elapsed: Duration,
}

pub(super) fn run(context: &Context<'_>, args: &Args, screen: &mut Screen) -> u8 {
    let mut folders = Vec::new();
    let dirs = if args.dirs.is_empty() {
        vec![projects(&env::current_dir().unwrap_or_default())]
    } else {
        args.dirs.clone()
    };
    dirs.iter().for_each(|dir| find(dir, &mut folders));
    let seed = match args.seed.given() {
        // A solution that has the answers for the public seed hard-coded is not to be green here.
        Ok(seed) => seed.unwrap_or_else(|| Seed::public(u64::from(fastrand::u32(..)))),
        Err(error) => {
            screen.complain(&error);
            return NO_JUDGEMENT;
        }
    };
    introduce(context, screen, folders.len(), &seed);
    let mut rows = Vec::new();
    for folder in folders {
        let row = judge(context, args, &seed, folder, screen);
        if matches!(row.result, Err(JudgeError::Interrupted)) {
            return verify::refuse(&JudgeError::Interrupted, screen);
        }
        rows.push(row);
    }
    finish(context, &rows, screen)
}

fn introduce(context: &Context<'_>, screen: &mut Screen, solutions: usize, seed: &Seed) {
    let solutions = if solutions == 1 { "1 solution".to_owned() } else { format!("{solutions} solutions") };
    screen.hanging("", &format!(
        "proctor judges {solutions}: it starts the real programs and speaks to them only over their contract, level \
         by level, with inputs made from {}.",
        seed.shown
    ));
    screen.hanging("", &format!("The same inputs again: {} board {}", context.name, seed.option));
}

fn judge(context: &Context<'_>, args: &Args, seed: &Seed, folder: PathBuf, screen: &mut Screen) -> Row {
    let start = Instant::now();
    screen.gap();
    let read = Solution::read(&folder, context.exercises).map_err(JudgeError::from);
    let (exercise, result) = match read {
        Ok((solution, exercise)) => (exercise.name, live(context, args, seed, &solution, exercise, screen)),
        Err(error) => ("?", Err(error)),
    };
    if let Err(error) = &result
        && !matches!(error, JudgeError::Interrupted)
    {
        screen.hanging("  ✗ ", &escape::words(&error.to_string()));
    }
    Row { folder, exercise, result, elapsed: start.elapsed() }
}

fn live(
    context: &Context<'_>,
    args: &Args,
    seed: &Seed,
    solution: &Solution,
    exercise: &'static Exercise,
    screen: &mut Screen,
) -> Result<Report, JudgeError> {
    let options = Options {
        seed: seed.number,
        jobs: verify::jobs(),
        build: !args.no_build,
        strict: verify::under_ci(),
        ..Options::default()
    };
    let (shown, language) = (escape::words(solution.shown()), shell::line(solution.run_line()));
    let (name, level) = (exercise.name, solution.level());
    screen.sentence(Tone::Strong, &format!("{shown} · {name} · claims level {level} · {language}"));
    let again = verify::again(context, Path::new(solution.shown()), seed);
    let mut teller = Teller::new(screen, exercise, again, false);
    judge::watch(exercise, solution, &options, &mut |event| teller.tell(&event))
}

fn finish(context: &Context<'_>, rows: &[Row], screen: &mut Screen) -> u8 {
    screen.gap();
    if rows.is_empty() {
        screen.line("No folder here has a proctor.toml.");
        return NOT_HELD;
    }
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let (levels, verdict) = match &row.result {
                Ok(report) => {
                    let tally = report.tally(None);
                    let verdict = if report.holds() {
                        format!("passed, {} checks", tally.passed)
                    } else {
                        format!("failed, {} of {} checks", tally.failed, report.outcomes.len())
                    };
                    let unseen = tally.skipped;
                    let unseen = if unseen > 0 { format!(", {unseen} skipped") } else { String::new() };
                    (format!("{} of {}", report.reached(), report.levels), verdict + &unseen)
                }
                Err(_) => ("–".to_owned(), "not judged".to_owned()),
            };
            let folder = escape::words(&row.folder.display().to_string());
            vec![row.exercise.to_owned(), folder, levels, verdict, format!("{:>7}", duration(row.elapsed))]
        })
        .collect();
    let width = screen.width();
    screen.lines(table(&["Exercise", "Solution", "Levels", "Verdict", "Time"], &cells, &[4], width));
    screen.gap();
    next(context, rows, screen);
    let held = rows.iter().all(|row| row.result.as_ref().is_ok_and(Report::holds));
    if held { HELD } else { NOT_HELD }
}

fn next(context: &Context<'_>, rows: &[Row], screen: &mut Screen) {
    let folder = rows.first().map(|row| row.folder.as_path()).unwrap_or_else(|| Path::new("."));
    let makefile = folder.join("Makefile").is_file();
    let folder = shell::quote(folder.as_os_str());
    let exercise = rows.first().map_or("", |row| row.exercise);
    let mut commands = vec![
        (format!("{} verify {folder}", context.name), "one solution, check by check"),
        (format!("{} list {exercise}", context.name), "what is checked, in the brief's words"),
    ];
    if makefile {
        commands.push((format!("make -C {folder} run"), "that solution at work"));
    }
    if Path::new("Makefile").is_file() {
        commands.push(("make verify".to_owned(), "every test, in lanes"));
        commands.push(("make doctor".to_owned(), "what this machine lacks"));
    }
    screen.line("Next:");
    // Where the longest pair fits on a line they stand side by side, else one below the other.
    let width = commands.iter().map(|(command, _)| command.chars().count()).max().unwrap_or(0);
    let beside = commands.iter().all(|(_, what)| width + what.chars().count() + 4 <= screen.width());
    for (command, what) in commands {
        if beside {
            screen.line(&format!("  {command:<width$}  {what}"));
        } else {
            layout::command(&command, screen.width() - 2).iter().for_each(|line| screen.hanging("  ", line));
            screen.hanging("      ", what);
        }
    }
}

/// The nearest `projects` folder on the way up, as seen from here: `..` where we are already in it.
fn projects(here: &Path) -> PathBuf {
    let up = here.ancestors().position(|folder| folder.join("projects").is_dir()).unwrap_or(0);
    let within = here.iter().rev().nth(up.saturating_sub(1)).is_some_and(|name| name == "projects");
    match (up, within) {
        (0, _) => PathBuf::from("projects"),
        (1, true) => PathBuf::from("."),
        (up, true) => iter::repeat_n("..", up - 1).collect(),
        (up, false) => iter::repeat_n("..", up).chain(["projects"]).collect(),
    }
}

/// Folders with a `proctor.toml`, in the order of their names, a folder before those in it.
fn find(dir: &Path, found: &mut Vec<PathBuf>) {
    // Whatever has the name: what can't be read is told, not passed over.
    if dir.join("proctor.toml").symlink_metadata().is_ok() {
        found.push(dir.to_owned());
    }
    let Ok(entries) = fs::read_dir(dir) else { return };
    let mut folders: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            !name.starts_with('.') && !PASSED_OVER.contains(&name.as_ref())
        })
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    folders.iter().for_each(|folder| find(folder, found));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_found_from_anywhere_in_the_repository() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        fs::create_dir_all(root.join("projects/one/two")).unwrap();
        fs::create_dir_all(root.join("resources/one")).unwrap();
        let seen = |here: &str| projects(&root.join(here)).display().to_string();
        assert_eq!(seen(""), "projects");
        assert_eq!(seen("projects"), ".");
        assert_eq!(seen("projects/one"), "..");
        assert_eq!(seen("projects/one/two"), "../..");
        assert_eq!(seen("resources/one"), "../../projects");
    }
}
