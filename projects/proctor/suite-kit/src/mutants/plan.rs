//! What is to be judged: the table, the program, and by which checks.

use std::path::PathBuf;

use proctor_harness::Exercise;

use super::Mutant;

/// A suite's mutants, and how they are judged.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The exercise whose checks judge.
    pub exercise: &'static Exercise,
    /// The program with a switch for each mutant: `program --defect NAME`.
    pub program: &'static str,
    /// The table.
    pub mutants: &'static [Mutant],
    /// Mutants with a program of their own.
    pub scripts: Vec<Script>,
    /// Judgements of the program without a defect, which must pass.
    pub honest: Vec<Honest>,
    /// A mutant is judged by the checks of its own level and of this many below. `MUTANTS=whole` takes all below,
    /// `MUTANTS=own` its own check alone.
    pub levels_below: u8,
    /// Checks that take seconds on every program: only their own mutants and the honest program are judged by them,
    /// unless `MUTANTS=whole`.
    pub slow: &'static [&'static str],
    /// From this level on, tests are ignored unless they are asked for: with the reason.
    pub ignored_from: Option<(u8, &'static str)>,
    /// Judgements at a time: they mostly wait.
    pub at_a_time: usize,
    /// Checks at a time in each judgement.
    pub jobs: usize,
}

/// By which checks of its levels a program is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The one that must kill it.
    Own,
    /// All but slow ones, unless it is the one that must kill it.
    Light,
    /// All.
    Whole,
}

/// A mutant with a program of its own.
#[derive(Clone, Debug)]
pub struct Script {
    /// Its name and the check that must kill it.
    pub mutant: Mutant,
    /// The folder that it is started from.
    pub folder: PathBuf,
    /// Its command line.
    pub run: Vec<&'static str>,
}

/// A judgement of the program without a defect.
#[derive(Clone, Copy, Debug)]
pub struct Honest {
    /// The highest level that it is judged by; the lowest is given, too.
    pub levels: (u8, u8),
    /// The seed of all inputs.
    pub seed: u64,
    /// Whether the slow checks are left out.
    pub light: bool,
}
