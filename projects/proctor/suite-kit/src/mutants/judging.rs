//! Judges one mutant: by which checks, and with which failures.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock};

use proctor_harness::{Check, Exercise, Failure, Judged, Options, Outcome, Report, Solution, judge_solution};

use super::Plan;

/// Held for reading by judgements that may run side by side, for writing by the one that has the machine to itself.
static MACHINE: RwLock<()> = RwLock::new(());

/// Whether a judgement shares the machine with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    SideBySide,
    Alone,
}

/// How many times longer deadlines become at most beside other judgements.
const MAX_STRETCH: f64 = 3.0;

/// What is judged.
#[derive(Clone, Debug)]
pub(super) struct Subject<'s> {
    pub(super) folder: &'s Path,
    pub(super) run: Vec<&'s str>,
    /// From the lowest level to the highest, both included.
    pub(super) levels: (u8, u8),
    /// Slow checks are left out, but for this one.
    pub(super) light: bool,
    pub(super) own: Option<&'static str>,
    pub(super) seed: u64,
}

/// The checks that failed, each with what it said.
///
/// # Errors
///
/// What makes the judgement worthless: nothing could be started, or something was skipped.
pub(super) fn failures(
    plan: &Plan,
    subject: &Subject<'_>,
    share: Share,
) -> Result<Vec<(&'static str, String)>, String> {
    let mut failures = Vec::new();
    for alone in [false, true] {
        let exercise = part(plan, subject, alone);
        if exercise.checks.is_empty() {
            continue;
        }
        let share = if alone { Share::Alone } else { share };
        let report = judge(plan, subject, exercise, share)?;
        for outcome in report.outcomes {
            failures.extend(failure(outcome).transpose()?);
        }
    }
    Ok(failures)
}

fn judge(
    plan: &Plan,
    subject: &Subject<'_>,
    exercise: &'static Exercise,
    share: Share,
) -> Result<Report, String> {
    let solution = Solution::new(subject.folder, subject.levels.1, subject.run.iter().copied());
    let options = Options { seed: subject.seed, jobs: plan.jobs, shrink: false, ..Options::default() };
    // The others make the machine busy, and a mutant often fails by what doesn't come: who is wronged is looked at again.
    let max_stretch = if share == Share::SideBySide { MAX_STRETCH } else { options.max_stretch };
    let options = Options { max_stretch, ..options };
    let judge = || judge_solution(exercise, &solution, &options).map_err(|error| error.to_string());
    match share {
        Share::SideBySide => {
            let _shared = MACHINE.read().unwrap_or_else(PoisonError::into_inner);
            judge()
        }
        Share::Alone => {
            let _owned = MACHINE.write().unwrap_or_else(PoisonError::into_inner);
            judge()
        }
    }
}

/// What speaks against the subject in an outcome, or makes the whole judgement worthless.
fn failure(outcome: Outcome) -> Option<Result<(&'static str, String), String>> {
    let check = outcome.check;
    match outcome.result {
        Judged::Passed => None,
        Judged::Failed(failure) => {
            let Failure { expected, actual, .. } = *failure;
            Some(Ok((check, format!("expected {expected}, found {actual}"))))
        }
        Judged::Skipped { reason, .. } => {
            Some(Err(format!("{check} was skipped, which proves nothing: {reason}")))
        }
    }
}

/// The exercise with the checks that a subject is judged by: those that run alone, or the others.
fn part(plan: &Plan, subject: &Subject<'_>, alone: bool) -> &'static Exercise {
    type Key = (&'static str, (u8, u8), bool, Vec<&'static str>);
    static PARTS: Mutex<BTreeMap<Key, &Exercise>> = Mutex::new(BTreeMap::new());
    let (lowest, highest) = subject.levels;
    let is_left_out = |slow: &&str| subject.light && subject.own != Some(*slow);
    let left_out: Vec<_> = plan.slow.iter().copied().filter(is_left_out).collect();
    let is_asked = |check: &&Check| {
        check.alone == alone && (lowest..=highest).contains(&check.level()) && !left_out.contains(&check.name)
    };
    let key = (plan.exercise.name, subject.levels, alone, left_out.clone());
    let mut parts = PARTS.lock().unwrap_or_else(PoisonError::into_inner);
    parts.entry(key).or_insert_with(|| {
        let checks = plan.exercise.checks.iter().filter(is_asked).copied().collect();
        // As often as there are levels: the harness wants exercises that live as long as the program.
        Box::leak(Box::new(Exercise { checks: Vec::leak(checks), ..*plan.exercise }))
    })
}
