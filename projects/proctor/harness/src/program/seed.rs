//! `--seed` and `--seed-file`: where the inputs of a run come from.
//!
//! Command lines are readable by every program of the machine. A seed that a solution must not know comes from a file
//! or from standard input, and proctor passes it on to nobody.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::shell;

/// Maximum length of a file with a seed.
const MAX_FILE: u64 = 64;

#[derive(Debug, clap::Args)]
pub(super) struct SeedArgs {
    /// Make the inputs from this seed
    ///
    /// Without one, `verify` uses 2026, and `board` draws a new seed and prints it. A solution can read the command line:
    /// give a secret seed with --seed-file.
    #[arg(long, value_name = "N", conflicts_with = "seed_file")]
    seed: Option<u64>,
    /// Read the seed from this file; `-` is standard input
    #[arg(long, value_name = "PATH")]
    seed_file: Option<PathBuf>,
}

/// A seed and how to give it again.
#[derive(Debug)]
pub(super) struct Seed {
    pub(super) number: u64,
    /// The options that give it again: a secret one is not in them.
    pub(super) option: String,
    /// The seed in words: "seed 7", or "seed from FILE".
    pub(super) shown: String,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum SeedError {
    #[error("failed to read the seed from {from}")]
    Read { from: String, source: io::Error },
    #[error("invalid seed in {from}: expected a number from 0 to {}", u64::MAX)]
    Invalid { from: String },
}

impl SeedArgs {
    /// The seed that was asked for, if any.
    pub(super) fn given(&self) -> Result<Option<Seed>, SeedError> {
        match (&self.seed, &self.seed_file) {
            (Some(number), _) => Ok(Some(Seed::public(*number))),
            (None, Some(path)) => secret(path).map(Some),
            (None, None) => Ok(None),
        }
    }
}

impl Seed {
    /// A seed that everybody may know.
    pub(super) fn public(number: u64) -> Self {
        Self { number, option: format!("--seed {number}"), shown: format!("seed {number}") }
    }
}

fn secret(path: &Path) -> Result<Seed, SeedError> {
    let stdin = path == Path::new("-");
    let from = if stdin { "standard input".to_owned() } else { path.display().to_string() };
    let mut text = String::new();
    let read = if stdin {
        // One line: a person who types it need not end the input.
        io::stdin().lines().next().unwrap_or_else(|| Ok(String::new())).map(|line| text = line)
    } else {
        fs::File::open(path).and_then(|file| file.take(MAX_FILE).read_to_string(&mut text)).map(|_| ())
    };
    read.map_err(|source| SeedError::Read { from: from.clone(), source })?;
    let number = text.trim().parse().map_err(|_| SeedError::Invalid { from: from.clone() })?;
    let option = format!("--seed-file {}", shell::quote(path.as_os_str()));
    Ok(Seed { number, option, shown: format!("seed from {from}") })
}
