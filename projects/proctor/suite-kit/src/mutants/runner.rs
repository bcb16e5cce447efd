//! Makes each mutant a test of its own, with a name that can be filtered: `level_2::full-is-kept`.
//!
//! A verdict that was wrong is looked at once more with the machine to itself, since a busy machine misses seconds that
//! a brief allows. Where the second one is right the test passes, and is reported as flaky: in its own line, and in a
//! summary at the end. More than [`MAX_FLAKY`] on a level fail.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Arguments, Failed, Trial};

use super::judging::{Share, Subject, failures};
use super::{Honest, Mutant, Plan, faults};

/// Flaky verdicts on one level that a run may have.
const MAX_FLAKY: usize = 3;

/// Verdicts that were only right the second time: level, test, and what was wrong at first.
type Flaky = Mutex<Vec<(u8, String, String)>>;

/// Runs the tests of a plan, with the arguments of `cargo test`.
pub fn run(plan: Plan) -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(plan.at_a_time));
    let plan = Arc::new(plan);
    let flaky = Arc::new(Flaky::default());
    let conclusion = libtest_mimic::run(&arguments, trials(&plan, &flaky));
    let flaky = flaky.lock().unwrap_or_else(PoisonError::into_inner);
    if !arguments.list && (!flaky.is_empty() || conclusion.num_passed > 0) {
        // Where nobody reads it, nobody needs to know.
        writeln!(
            io::stdout(),
            "flaky: {} of {} verdicts were only right the second time",
            flaky.len(),
            conclusion.num_passed + conclusion.num_failed
        )
        .ok();
        for (_, test, wrong) in flaky.iter() {
            writeln!(io::stdout(), "    {test}: at first {wrong}").ok();
        }
    }
    conclusion.exit_code()
}

fn trials(plan: &Arc<Plan>, flaky: &Arc<Flaky>) -> Vec<Trial> {
    let mut trials = Vec::new();
    {
        let plan = Arc::clone(plan);
        trials.push(Trial::test("every-check-kills-a-mutant", move || {
            match faults(plan.exercise, plan.mutants).as_slice() {
                [] => Ok(()),
                faults => Err(faults.join("\n").into()),
            }
        }));
    }
    for &honest in &plan.honest {
        let (lowest, highest) = honest.levels;
        let name = format!("without-a-defect::levels-{lowest}-to-{highest}-seed-{}", honest.seed);
        trials.push(trial(plan, flaky, name, "", highest, move |plan, share| {
            judge_honest(plan, honest, share)
        }));
    }
    for &mutant in plan.mutants {
        let level = level_of(plan, &mutant);
        let name = format!("level_{level}::{}", mutant.name);
        trials.push(trial(plan, flaky, name, mutant.check, level, move |plan, share| {
            let run = vec![plan.program, "--defect", mutant.name];
            judge(plan, mutant, Path::new("."), run, share)
        }));
    }
    for script in plan.scripts.clone() {
        let level = level_of(plan, &script.mutant);
        let name = format!("level_{level}::{}", script.mutant.name);
        trials.push(trial(plan, flaky, name, script.mutant.check, level, move |plan, share| {
            judge(plan, script.mutant, &script.folder, script.run.clone(), share)
        }));
    }
    trials
}

/// A test that is looked at once more where it fails.
fn trial(
    plan: &Arc<Plan>,
    flaky: &Arc<Flaky>,
    name: String,
    kind: &str,
    level: u8,
    look: impl Fn(&Plan, Share) -> Result<(), String> + Send + 'static,
) -> Trial {
    let ignored = plan.ignored_from.filter(|(from, _)| level >= *from);
    let kind = ignored.map_or(kind, |(_, reason)| reason);
    let (plan, flaky, test) = (Arc::clone(plan), Arc::clone(flaky), name.clone());
    let looks = move || -> Result<(), Failed> {
        let Err(first) = look(&plan, Share::SideBySide) else { return Ok(()) };
        look(&plan, Share::Alone)?;
        let mut flaky = flaky.lock().unwrap_or_else(PoisonError::into_inner);
        flaky.push((level, test, first.clone()));
        if flaky.iter().filter(|(of, ..)| *of == level).count() > MAX_FLAKY {
            return Err(
                format!("flaky, as more than {MAX_FLAKY} are on level {level}: at first {first}").into()
            );
        }
        Ok(())
    };
    Trial::test(name, looks).with_kind(kind).with_ignored_flag(ignored.is_some())
}

/// Judges the program without a defect.
fn judge_honest(plan: &Plan, honest: Honest, share: Share) -> Result<(), String> {
    let subject = Subject {
        folder: Path::new("."),
        run: vec![plan.program],
        levels: honest.levels,
        light: honest.light,
        own: None,
        seed: honest.seed,
    };
    match failures(plan, &subject, share)?.as_slice() {
        [] => Ok(()),
        failures => Err(format!("a program without a defect fails {failures:#?}")),
    }
}

/// Judges a mutant: it must fail its own check and no other.
fn judge(plan: &Plan, mutant: Mutant, folder: &Path, run: Vec<&str>, share: Share) -> Result<(), String> {
    let whole = std::env::var_os("MUTANTS").is_some_and(|value| value == "whole");
    let highest = level_of(plan, &mutant);
    let lowest = if whole { 1 } else { highest.saturating_sub(plan.levels_below).max(1) };
    let subject = Subject {
        folder,
        run,
        levels: (lowest, highest),
        light: !whole,
        own: Some(mutant.check),
        seed: proctor_harness::DEFAULT_SEED,
    };
    let failures = failures(plan, &subject, share)?;
    if failures.iter().map(|(check, _)| *check).eq([mutant.check]) {
        return Ok(());
    }
    let Mutant { check, wrong, .. } = mutant;
    let killed = if failures.iter().any(|(failed, _)| *failed == check) { "killed" } else { "survived" };
    let others: Vec<_> = failures.iter().filter(|(failed, _)| *failed != check).collect();
    Err(format!("{wrong}\nit {killed} {check}; other checks that failed: {others:#?}"))
}

/// The level of the check that must kill a mutant; 0 where there is no such check, which is a fault of the table.
fn level_of(plan: &Plan, mutant: &Mutant) -> u8 {
    let check = plan.exercise.checks.iter().find(|check| check.name == mutant.check);
    check.map_or(0, proctor_harness::Check::level)
}
