//! Makes each mutant a test of its own, with a name that can be filtered: `level_2::full-is-kept`.
//!
//! A verdict that was wrong is looked at once more with the machine to itself, since a busy machine misses seconds that
//! a brief allows. Where the second one is right the test passes, and is reported as flaky: in its own line, and in a
//! summary at the end. More than [`MAX_FLAKY`] on a level fail.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Arguments, Failed, Trial};

use super::judging::{self, Case, Share, failures};
use super::plan::Reach;
use super::{Mutant, Plan, faults};

/// Flaky verdicts on one level that a run may have.
const MAX_FLAKY: usize = 3;

/// Verdicts that were only right the second time: level, test, and what was wrong at first.
type Flaky = Mutex<Vec<(u8, String, String)>>;

/// Runs the tests of a plan, with the arguments of `cargo test`.
pub fn run(plan: Plan) -> ExitCode {
    let reach = match std::env::var("MUTANTS").unwrap_or_default().as_str() {
        "" => Reach::Light,
        "own" => Reach::Own,
        "whole" => Reach::Whole,
        other => {
            // Where nobody reads it, the exit code says enough.
            writeln!(io::stderr(), "invalid MUTANTS={other}: expected own, whole or nothing").ok();
            return ExitCode::from(2);
        }
    };
    let cases = cases(&plan, reach);
    if let Some(code) = judging::asked(&plan, &cases) {
        return code;
    }
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(plan.at_a_time));
    let plan = Arc::new(plan);
    let flaky = Arc::new(Flaky::default());
    let mut trials: Vec<_> = cases.into_iter().map(|case| trial(&plan, &flaky, case)).collect();
    trials.insert(
        0,
        Trial::test("every-check-kills-a-mutant", move || {
            match faults(plan.exercise, plan.mutants).as_slice() {
                [] => Ok(()),
                faults => Err(faults.join("\n").into()),
            }
        }),
    );
    let conclusion = libtest_mimic::run(&arguments, trials);
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

/// Every judgement of a plan: of the program without a defect, then of the mutants.
fn cases(plan: &Plan, reach: Reach) -> Vec<Case> {
    let honest = plan.honest.iter().map(|honest| {
        let ((lowest, highest), seed) = (honest.levels, honest.seed);
        Case {
            name: format!("without-a-defect::levels-{lowest}-to-{highest}-seed-{seed}"),
            mutant: None,
            folder: PathBuf::from("."),
            run: vec![plan.program],
            levels: honest.levels,
            reach: if honest.light { Reach::Light } else { Reach::Whole },
            seed,
        }
    });
    let of_mutant = |mutant: Mutant, folder: PathBuf, run| {
        let highest = level_of(plan, &mutant);
        let lowest = if reach == Reach::Whole { 1 } else { highest.saturating_sub(plan.levels_below).max(1) };
        let name = format!("level_{highest}::{}", mutant.name);
        let seed = proctor_harness::DEFAULT_SEED;
        Case { name, mutant: Some(mutant), folder, run, levels: (lowest, highest), reach, seed }
    };
    let of_table = plan
        .mutants
        .iter()
        .map(|mutant| of_mutant(*mutant, PathBuf::from("."), vec![plan.program, "--defect", mutant.name]));
    let of_scripts =
        plan.scripts.iter().map(|script| of_mutant(script.mutant, script.folder.clone(), script.run.clone()));
    honest.chain(of_table).chain(of_scripts).collect()
}

/// A test that is looked at once more where it fails.
fn trial(plan: &Arc<Plan>, flaky: &Arc<Flaky>, case: Case) -> Trial {
    let level = case.levels.1;
    let ignored = plan.ignored_from.filter(|(from, _)| level >= *from);
    let check = case.mutant.map_or("", |mutant| mutant.check);
    let kind = ignored.map_or(check, |(_, reason)| reason);
    let (plan, flaky, name) = (Arc::clone(plan), Arc::clone(flaky), case.name.clone());
    let looks = move || -> Result<(), Failed> {
        let Err(first) = look(&plan, &case, Share::SideBySide) else { return Ok(()) };
        look(&plan, &case, Share::Alone)?;
        let mut flaky = flaky.lock().unwrap_or_else(PoisonError::into_inner);
        flaky.push((level, case.name.clone(), first.clone()));
        if flaky.iter().filter(|(of, ..)| *of == level).count() > MAX_FLAKY {
            return Err(
                format!("flaky, as more than {MAX_FLAKY} are on level {level}: at first {first}").into()
            );
        }
        Ok(())
    };
    Trial::test(name, looks).with_kind(kind).with_ignored_flag(ignored.is_some())
}

/// A mutant must fail its own check and no other; the program without a defect none.
fn look(plan: &Plan, case: &Case, share: Share) -> Result<(), String> {
    let failures = failures(plan, case, share)?;
    let Some(Mutant { check, wrong, .. }) = case.mutant else {
        return match failures.as_slice() {
            [] => Ok(()),
            failures => Err(format!("a program without a defect fails {failures:#?}")),
        };
    };
    if failures.iter().map(|(failed, _)| failed.as_str()).eq([check]) {
        return Ok(());
    }
    let killed = if failures.iter().any(|(failed, _)| failed == check) { "killed" } else { "survived" };
    let others: Vec<_> = failures.iter().filter(|(failed, _)| failed != check).collect();
    Err(format!("{wrong}\nit {killed} {check}; other checks that failed: {others:#?}"))
}

/// The level of the check that must kill a mutant; 0 where there is no such check, which is a fault of the table.
fn level_of(plan: &Plan, mutant: &Mutant) -> u8 {
    let check = plan.exercise.checks.iter().find(|check| check.name == mutant.check);
    check.map_or(0, proctor_harness::Check::level)
}
