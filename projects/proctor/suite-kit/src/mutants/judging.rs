//! Judges one case: by which checks, and with which failures.
//!
//! Each judgement is a process of its own, this program once more: starting a program copies the page tables of who
//! starts it, and those of one process with dozens of checks at a time are large.

use std::env;
use std::io;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::{PoisonError, RwLock};

use proctor_harness::{Check, Exercise, Failure, Judged, Options, Outcome, Solution, judge_solution};

use super::plan::Reach;
use super::{Mutant, Plan};

/// Asks this program for one judgement: the name of the case, then how.
const VARIABLE: &str = "SUITE_KIT_JUDGE";
/// How many times longer deadlines become at most beside other judgements. These make the machine busy, and a mutant
/// often fails by what doesn't come. What was judged wrongly is looked at again.
const MAX_STRETCH: f64 = 3.0;

/// Held for reading by judgements that may run side by side, for writing by the one that has the machine to itself.
static MACHINE: RwLock<()> = RwLock::new(());

/// Whether a judgement shares the machine with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    SideBySide,
    Alone,
}

/// What is judged.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// The name of its test.
    pub(super) name: String,
    /// None for the program without a defect.
    pub(super) mutant: Option<Mutant>,
    pub(super) folder: PathBuf,
    pub(super) run: Vec<&'static str>,
    /// From the lowest level to the highest, both included.
    pub(super) levels: (u8, u8),
    pub(super) reach: Reach,
    pub(super) seed: u64,
}

/// The checks that failed, each with what it said; or what makes the judgement worthless: nothing could be started, or
/// something was skipped.
type Failures = Result<Vec<(String, String)>, String>;

/// Judges a case: by the checks that run beside others, then by those that run alone.
pub(super) fn failures(plan: &Plan, case: &Case, share: Share) -> Failures {
    let mut failures = Vec::new();
    for alone in [false, true] {
        if checks(plan, case, alone).next().is_none() {
            continue;
        }
        failures.extend(if alone || share == Share::Alone {
            let _owned = MACHINE.write().unwrap_or_else(PoisonError::into_inner);
            ask(case, alone, Share::Alone)
        } else {
            let _shared = MACHINE.read().unwrap_or_else(PoisonError::into_inner);
            ask(case, alone, Share::SideBySide)
        }?);
    }
    Ok(failures)
}

/// Asks a process for a judgement.
fn ask(case: &Case, alone: bool, share: Share) -> Failures {
    let program = env::current_exe().map_err(|error| format!("failed to find this program: {error}"))?;
    let how = format!("{}\n{alone}\n{}", case.name, share == Share::Alone);
    let output = Command::new(program).env(VARIABLE, how).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("failed to start the judgement: {error}"))?;
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("the judgement ended with {}: {error}", output.status))?
}

/// Judges what another process has asked for, if one has.
pub(super) fn asked(plan: &Plan, cases: &[Case]) -> Option<ExitCode> {
    let how = env::var(VARIABLE).ok()?;
    let mut how = how.split('\n');
    let name = how.next().unwrap_or_default();
    let (alone, to_itself) = (how.next() == Some("true"), how.next() == Some("true"));
    let failures = match cases.iter().find(|case| case.name == name) {
        Some(case) => judge(plan, case, alone, if to_itself { Share::Alone } else { Share::SideBySide }),
        None => Err(format!("{VARIABLE} names no test: {name}")),
    };
    // Who asked is gone where this fails.
    let written = serde_json::to_writer(io::stdout().lock(), &failures);
    Some(if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn judge(plan: &Plan, case: &Case, alone: bool, share: Share) -> Failures {
    let checks = checks(plan, case, alone).copied().collect();
    // Once in the life of this process: the harness wants exercises that live as long.
    let exercise = Box::leak(Box::new(Exercise { checks: Vec::leak(checks), ..*plan.exercise }));
    let solution = Solution::new(&case.folder, case.levels.1, case.run.iter().copied());
    let options = Options { seed: case.seed, jobs: plan.jobs, shrink: false, ..Options::default() };
    let max_stretch = if share == Share::SideBySide { MAX_STRETCH } else { options.max_stretch };
    let report = judge_solution(exercise, &solution, &Options { max_stretch, ..options })
        .map_err(|error| error.to_string())?;
    report.outcomes.into_iter().filter_map(failure).collect()
}

/// What speaks against the case in an outcome, or makes the whole judgement worthless.
fn failure(outcome: Outcome) -> Option<Result<(String, String), String>> {
    let check = outcome.check;
    match outcome.result {
        Judged::Passed => None,
        Judged::Failed(failure) => {
            let Failure { expected, actual, .. } = *failure;
            Some(Ok((check.to_owned(), format!("expected {expected}, found {actual}"))))
        }
        Judged::Skipped { reason, .. } => {
            Some(Err(format!("{check} was skipped, which proves nothing: {reason}")))
        }
    }
}

/// The checks that a case is judged by: those that run alone, or the others.
fn checks<'p>(plan: &'p Plan, case: &Case, alone: bool) -> impl Iterator<Item = &'p Check> {
    let (lowest, highest) = case.levels;
    let (reach, own) = (case.reach, case.mutant.map(|mutant| mutant.check));
    let reaches = move |check: &Check| match reach {
        Reach::Own => own == Some(check.name),
        Reach::Light => own == Some(check.name) || !plan.slow.contains(&check.name),
        Reach::Whole => true,
    };
    plan.exercise.checks.iter().filter(move |check| {
        check.alone == alone && (lowest..=highest).contains(&check.level()) && reaches(check)
    })
}
