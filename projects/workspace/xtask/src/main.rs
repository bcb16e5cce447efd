//! `xtask`: runs the lanes of `make verify`, and generates the dev containers.

use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Parser, Subcommand};
use xtask::crew::Crew;
use xtask::lane::Lane;
use xtask::report::Strictness;
use xtask::run::{Ended, Run};
use xtask::tree::Tree;
use xtask::{containers, devcontainers, list, readme};

/// Runs the tests of this repository, lane by lane.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    word: Word,
}

#[derive(Debug, Subcommand)]
enum Word {
    /// Run lanes, then print a table of them.
    Verify {
        /// These alone, in their usual order; all when none is named.
        lanes: Vec<String>,
        /// Under CI=true, a lane that may go without; EXPECT_SKIPPED names more.
        #[arg(long, value_name = "LANE")]
        expect_skipped: Vec<String>,
    },
    /// Say what lanes there are.
    List,
    /// Write the dev containers' files from their template.
    Devcontainers {
        /// Write nothing; fail when a file differs.
        #[arg(long)]
        check: bool,
    },
    /// Start dev containers and verify inside: what the lane of this name runs.
    Containers {
        /// These alone: default, log-parser, …
        only: Vec<String>,
    },
    /// Run the READMEs' commands: what the lane of this name runs.
    Readme,
    /// Remove what a run has left in Docker.
    #[command(hide = true)]
    Sweep,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let out = &mut io::stdout();
    act(out, arguments.word).unwrap_or_else(|error| {
        let _nowhere_to_say_it = writeln!(io::stderr(), "xtask: {error:#}");
        ExitCode::from(2)
    })
}

fn act(out: &mut dyn Write, word: Word) -> Result<ExitCode> {
    let tree = Tree::here();
    let crew = Crew::hearing().context("failed to listen for signals")?;
    let well = match word {
        Word::Verify { lanes, expect_skipped } => {
            return verify(out, &crew, &tree, &lanes, expect_skipped);
        }
        Word::List => {
            for lane in list::LANES {
                writeln!(out, "{:<12} {}", lane.name, lane.proves)?;
            }
            true
        }
        Word::Devcontainers { check } => generate(out, &tree, check)?,
        Word::Containers { only } => containers::verify(out, &crew, &tree, &only)?,
        Word::Readme => readme::verify(out, &crew, &tree, readme::COMMANDS)?,
        Word::Sweep => containers::sweep(&crew).map(|()| true)?,
    };
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn verify(
    out: &mut dyn Write,
    crew: &Crew,
    tree: &Tree,
    names: &[String],
    mut expected: Vec<String>,
) -> Result<ExitCode> {
    let known = |name: &String| list::find(name).is_some();
    expected.extend(words_of("EXPECT_SKIPPED"));
    if let Some(name) = names.iter().chain(&expected).find(|name| !known(name)) {
        let all: Vec<_> = list::LANES.iter().map(|lane| lane.name).collect();
        bail!("there is no lane '{name}': there are {}", all.join(", "));
    }
    let lanes: Vec<&Lane> =
        list::LANES.iter().filter(|lane| names.is_empty() || names.iter().any(|n| n == lane.name)).collect();
    let strictness = Strictness { ci: std::env::var("CI").is_ok_and(|ci| ci == "true"), expected };
    let program = std::env::current_exe().context("failed to find this program's own path")?;
    let program = program.to_string_lossy();
    let run = Run { crew, tree, program: &program, strictness: &strictness };
    Ok(match run.lanes(out, &lanes)? {
        Ended::Well => ExitCode::SUCCESS,
        Ended::Badly => ExitCode::FAILURE,
        Ended::Interrupted => ExitCode::from(130),
    })
}

/// The words of a variable, parted by spaces or commas.
fn words_of(variable: &str) -> Vec<String> {
    let value = std::env::var(variable).unwrap_or_default();
    value.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn generate(out: &mut dyn Write, tree: &Tree, check: bool) -> Result<bool> {
    let drifted = devcontainers::drifted(tree)?;
    let files = devcontainers::files(tree)?;
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
        fs::create_dir_all(to.parent().unwrap_or(&tree.root))
            .and_then(|()| fs::write(&to, files.get(path).map_or("", String::as_str)))
            .with_context(|| format!("failed to write {}", to.display()))?;
        writeln!(out, "wrote {}", path.display())?;
    }
    Ok(!check || drifted.is_empty())
}
