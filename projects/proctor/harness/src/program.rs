//! The command line that `proctor` and every suite's own small program share.

mod board;
mod doctor;
mod list;
mod seed;
mod verify;

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::iter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::report::outlet::OutletError;
use crate::report::screen::Screen;
use crate::{Exercise, interrupt, shell, syscall};

/// Nothing speaks against the solution.
const HELD: u8 = 0;
/// The claimed level does not hold.
const NOT_HELD: u8 = 1;
/// There was nothing to judge: a wrong `proctor.toml`, a failed build, a program that doesn't start.
const NO_JUDGEMENT: u8 = 2;
/// Ctrl-C, as shells have it.
const INTERRUPTED: u8 = 130;

/// Judges a solution in any language from the outside, level by level.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the exercises, their levels and how many checks each has
    List(list::Args),
    /// Judge the solution in a folder
    ///
    /// Exits with 0 when the claimed level holds, 1 when it does not, 2 when there was nothing to judge (the program
    /// can't be started, proctor.toml is wrong, the build fails).
    Verify(verify::Args),
    /// Judge every solution below some folders and show the board
    Board(board::Args),
    /// Report what this machine lacks and what is skipped without it
    Doctor(doctor::Args),
}

/// What every command needs.
#[derive(Debug)]
struct Context<'c> {
    exercises: &'c [&'static Exercise],
    /// The program as the person typed it, quoted for a shell.
    name: String,
}

/// Runs the command line for these exercises; `main` needs nothing else.
///
/// ```no_run
/// # use proctor_harness::Exercise;
/// # static EXERCISE: Exercise =
/// #     Exercise { name: "", title: "", brief: "", levels: &[], checks: &[], needs: &[] };
/// fn main() -> std::process::ExitCode {
///     proctor_harness::program(&[&EXERCISE])
/// }
/// ```
pub fn program(exercises: &[&'static Exercise]) -> ExitCode {
    let args: Vec<OsString> = env::args_os().collect();
    let name = typed_name(args.first());
    let cli = match parse(&name, &args) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(explain(&error)),
    };
    if let Err(error) = interrupt::install() {
        writeln!(io::stderr(), "failed to watch for Ctrl-C: {error}").ok();
        return ExitCode::from(NO_JUDGEMENT);
    }
    // Should a solution kill its supervisor, what it started falls to us.
    let adopts = syscall::adopt();
    let context = Context { exercises, name: shell::quote(OsStr::new(&name)) };
    // The output needs a thread of its own, and so does every check.
    if let Err(error) = thread::Builder::new().spawn(|| ()) {
        writeln!(io::stderr(), "failed to start a thread: {error}").ok();
        return ExitCode::from(NO_JUDGEMENT);
    }
    let mut screen = Screen::stdout();
    let code = match cli.command {
        Command::List(args) => list::run(&context, &args, &mut screen),
        Command::Verify(args) => verify::run(&context, &args, &mut screen),
        Command::Board(args) => board::run(&context, &args, &mut screen),
        Command::Doctor(args) => doctor::run(&context, &args, &mut screen),
    };
    let code = settled(&mut screen, code);
    if adopts {
        syscall::end_adopted();
    }
    ExitCode::from(code)
}

/// Prints clap's text, which is help or an error. No signal handler is installed yet: Ctrl-C ends proctor here.
fn explain(error: &clap::Error) -> u8 {
    match error.print() {
        Err(failed) if failed.kind() != io::ErrorKind::BrokenPipe => {
            writeln!(io::stderr(), "failed to write to standard output: {failed}").ok();
            NO_JUDGEMENT
        }
        _ if error.use_stderr() => NO_JUDGEMENT,
        _ => HELD,
    }
}

fn parse(name: &str, args: &[OsString]) -> Result<Cli, clap::Error> {
    let program = Path::new(name).file_name().unwrap_or_else(|| name.as_ref()).to_string_lossy().into_owned();
    let width = Screen::stdout().width();
    let matches = Cli::command()
        .display_name(program.clone())
        .bin_name(program)
        .term_width(width)
        .try_get_matches_from(args)?;
    Cli::from_arg_matches(&matches)
}

/// The program as it can be typed again from here.
fn typed_name(first: Option<&OsString>) -> String {
    let typed = first.map_or_else(|| PathBuf::from("proctor"), PathBuf::from);
    let here = env::current_dir().unwrap_or_default();
    as_seen_from(&here, &typed).display().to_string()
}

/// An absolute path made relative where that is not longer: a program of this workspace, not one of the system.
fn as_seen_from(here: &Path, path: &Path) -> PathBuf {
    let up = here.ancestors().enumerate().find(|(_, folder)| path.starts_with(folder));
    let relative = up.and_then(|(count, folder)| {
        let rest = path.strip_prefix(folder).ok()?;
        Some(iter::repeat_n(Path::new(".."), count).chain([rest]).collect::<PathBuf>())
    });
    relative
        .filter(|relative| relative.as_os_str().len() < path.as_os_str().len())
        .unwrap_or_else(|| path.into())
}

/// Waits for the output and returns the exit code. Results that could not be written are none; a reader who closed the
/// pipe has seen enough.
fn settled(screen: &mut Screen, code: u8) -> u8 {
    match screen.settle() {
        Ok(()) | Err(OutletError::Closed) => code,
        Err(OutletError::Interrupted) => INTERRUPTED,
        Err(error @ OutletError::Write(_)) => {
            screen.complain(&error);
            // The same wait, for one line of standard error.
            let said = screen.settle();
            if matches!(said, Err(OutletError::Interrupted)) { INTERRUPTED } else { code.max(NO_JUDGEMENT) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_named_as_it_can_be_typed() {
        let seen = |path| as_seen_from(Path::new("/home/me/work"), Path::new(path));
        assert_eq!(seen("/home/me/work/target/release/proctor"), Path::new("target/release/proctor"));
        assert_eq!(seen("/home/me/target/proctor"), Path::new("../target/proctor"));
        assert_eq!(seen("/usr/bin/proctor"), Path::new("/usr/bin/proctor"));
        assert_eq!(seen("./proctor"), Path::new("./proctor"));
        assert_eq!(seen("proctor"), Path::new("proctor"));
    }
}
