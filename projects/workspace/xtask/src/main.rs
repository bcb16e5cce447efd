//! `xtask`: what `make` and `cargo make` call, in the whole workspace or in one project.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Parser, Subcommand};
use xtask::crew::Crew;
use xtask::devcontainers::address::{self, Address};
use xtask::lane::Lane;
use xtask::pairing::{self, Wanted};
use xtask::report::Strictness;
use xtask::run::{Ended, Run};
use xtask::scope::Scope;
use xtask::tree::Tree;
use xtask::{containers, devcontainers, list, readme, tasks};

/// Builds, shows, verifies and measures this workspace, or one project of it.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The project's folder; the root or nothing for the whole workspace
    #[arg(long, global = true, value_name = "DIR")]
    project: Option<PathBuf>,
    #[command(subcommand)]
    word: Word,
}

#[derive(Debug, Subcommand)]
enum Word {
    /// Download every crate and build the programs
    Init,
    /// Judge every solution live, or show a project at work
    Run,
    /// Run lanes of tests, then print a table of them
    Verify {
        /// These alone, in their usual order; LANES names more; all when none is named
        lanes: Vec<String>,
        /// Under CI=true, a lane that may go without; EXPECT_SKIPPED names more
        #[arg(long, value_name = "LANE")]
        expect_skipped: Vec<String>,
    },
    /// Measure speed, beside the peers on this machine; BENCH has options
    Bench,
    /// Say what this machine has, and what will be skipped without the rest
    Doctor,
    /// Make a folder to share with a candidate: DIR, for EXERCISE
    Pairing {
        /// Remove what a candidate has left in the folder, as FORCE=1 does
        #[arg(long)]
        force: bool,
    },
    /// Say what lanes there are
    List,
    /// Write the dev containers' files from their template
    Devcontainers {
        /// Write nothing; fail when a file differs
        #[arg(long)]
        check: bool,
    },
    /// Write the address of the git remote `origin` into the README's badge
    Address,
    /// Start dev containers and verify inside: what the lane of this name runs
    Containers {
        /// These alone: default, log-parser, …
        only: Vec<String>,
    },
    /// Run the READMEs' commands: what the lane of this name runs
    Readme,
    /// Remove what a run has left in Docker
    #[command(hide = true)]
    Sweep,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let out = &mut io::stdout();
    act(out, arguments).unwrap_or_else(|error| {
        let _nowhere_to_say_it = writeln!(io::stderr(), "xtask: {error:#}");
        ExitCode::from(2)
    })
}

fn act(out: &mut dyn Write, arguments: Arguments) -> Result<ExitCode> {
    let tree = Tree::here();
    let program = std::env::current_exe().context("failed to find this program's own path")?;
    let program = program.to_string_lossy();
    let project = match &arguments.project {
        Some(folder) => tree.project(folder)?,
        None => None,
    };
    let scope = Scope { tree: &tree, project, program: &program };
    let hearing = || Crew::hearing().context("failed to listen for signals");
    let well = match arguments.word {
        Word::Init => tasks::init(&scope).map(|()| true)?,
        Word::Run => tasks::run(&scope).map(|()| true)?,
        Word::Bench => tasks::bench(&scope).map(|()| true)?,
        Word::Doctor => tasks::doctor(&scope).map(|()| true)?,
        Word::Pairing { force } => pairing::lay_out(out, &scope, &wanted(force)).map(|()| true)?,
        Word::Verify { mut lanes, expect_skipped } => {
            lanes.extend(words_of("LANES"));
            return verify(out, &hearing()?, scope, &lanes, expect_skipped);
        }
        Word::List => {
            for lane in lanes_of(&scope) {
                writeln!(out, "{:<12} {}", lane.name, lane.proves)?;
            }
            true
        }
        Word::Devcontainers { check } => generate(out, &tree, check)?,
        Word::Address => address(out, &hearing()?, &tree)?,
        Word::Containers { only } => containers::verify(out, &hearing()?, &tree, &only)?,
        Word::Readme => readme::verify(out, &hearing()?, &tree, readme::COMMANDS)?,
        Word::Sweep => containers::sweep(&hearing()?).map(|()| true)?,
    };
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn verify(
    out: &mut dyn Write,
    crew: &Crew,
    scope: Scope<'_>,
    names: &[String],
    mut expected: Vec<String>,
) -> Result<ExitCode> {
    let all = lanes_of(&scope);
    expected.extend(words_of("EXPECT_SKIPPED"));
    let known = |name: &&String| all.iter().any(|lane| lane.name == **name);
    // What CI expects of the root may be set in a project too.
    let wrong = expected.iter().find(|name| list::find(name).is_none());
    if let Some(name) = names.iter().find(|name| !known(name)).or(wrong) {
        let all: Vec<_> = all.iter().map(|lane| lane.name).collect();
        bail!("there is no lane '{name}': there are {}", all.join(", "));
    }
    let lanes: Vec<&Lane> =
        all.into_iter().filter(|lane| names.is_empty() || names.iter().any(|n| n == lane.name)).collect();
    let set = |variable: &str, value: &str| std::env::var(variable).is_ok_and(|found| found == value);
    let strictness = Strictness { ci: set("CI", "true"), expected };
    let logs = scope.tree.target.join("lanes");
    let run = Run { crew, scope, strictness: &strictness, logs, verbose: set("VERBOSE", "1") };
    Ok(match run.lanes(out, &lanes)? {
        Ended::Well => ExitCode::SUCCESS,
        Ended::Badly => ExitCode::FAILURE,
        Ended::Interrupted => ExitCode::from(130),
    })
}

/// The lanes of the workspace or of a project; only an exercise has something to judge.
fn lanes_of(scope: &Scope<'_>) -> Vec<&'static Lane> {
    match scope.project {
        None => list::LANES.iter().collect(),
        Some(project) => list::PROJECT_LANES
            .iter()
            .filter(|lane| lane.name != list::JUDGE.name || project.judge.is_some())
            .collect(),
    }
}

/// What the environment asks of a pairing's folder.
fn wanted(force: bool) -> Wanted {
    let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    Wanted {
        folder: value("DIR").map(PathBuf::from),
        exercise: value("EXERCISE"),
        force: force || value("FORCE").is_some_and(|force| force == "1"),
    }
}

/// The words of a variable, parted by spaces or commas.
fn words_of(variable: &str) -> Vec<String> {
    let value = std::env::var(variable).unwrap_or_default();
    value.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn address(out: &mut dyn Write, crew: &Crew, tree: &Tree) -> Result<bool> {
    match address::write(crew, tree)? {
        Address::Written(address) => writeln!(out, "README.md: the badge names {address}")?,
        Address::Same(address) => writeln!(out, "README.md: the badge names {address} already")?,
        Address::NoRemote => writeln!(out, "README.md: unchanged, since there is no git remote `origin`")?,
        Address::Elsewhere(url) => writeln!(out, "README.md: unchanged, since {url} is not on GitHub")?,
    }
    Ok(true)
}

fn generate(out: &mut dyn Write, tree: &Tree, check: bool) -> Result<bool> {
    let drifted = devcontainers::drifted(tree)?;
    let files = devcontainers::files()?;
    for path in &drifted {
        if check {
            writeln!(
                out,
                "{} is not what the template gives: cargo run -p xtask -- devcontainers",
                path.display()
            )?;
            continue;
        }
        let to = tree.root.join(path);
        fs::create_dir_all(to.parent().unwrap_or_else(|| Path::new(".")))
            .and_then(|()| fs::write(&to, files.get(path).map_or("", String::as_str)))
            .with_context(|| format!("failed to write {}", to.display()))?;
        writeln!(out, "wrote {}", path.display())?;
    }
    Ok(!check || drifted.is_empty())
}
