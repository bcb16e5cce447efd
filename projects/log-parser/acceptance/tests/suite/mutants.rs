//! Checks × mutants: each mutant fails the one check that is there for it, and nothing else at that level or below.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{LazyLock, Mutex};
use std::thread;

use log_parser_acceptance::EXERCISE;
use log_parser_acceptance::mutants::{Defect, SCRIPTS};
use proctor_harness::{Check, Exercise, Options, Solution, judge_solution};

/// The program with a switch for each defect.
const MUTANT: &str = env!("CARGO_BIN_EXE_log-parser-mutant");

/// Judgements at a time: they mostly wait for processes.
const AT_A_TIME: usize = 2;

#[test]
fn double_without_a_defect_passes_every_check() {
    assert_eq!(failed(&EXERCISE, &[], 3, 2026), Vec::<&str>::new());
}

#[test]
fn double_without_a_defect_passes_with_other_seeds() {
    for seed in 1..=5 {
        assert_eq!(failed(light(), &[], 3, seed), Vec::<&str>::new(), "seed {seed}");
    }
}

#[test]
fn every_defect_fails_its_own_check_and_no_other() {
    let waiting = Mutex::new(Defect::ALL.iter());
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let Some(&defect) = waiting.lock().unwrap().next() else { break };
                    let failed = failed_by(defect);
                    if failed != [defect.check()] {
                        let (name, check) = (defect.name(), defect.check());
                        wrong.lock().unwrap().push(format!("{name}: {check} fails, not {failed:?}"));
                    }
                }
            });
        }
    });
    assert_eq!(wrong.into_inner().unwrap(), Vec::<String>::new());
}

#[test]
fn every_script_fails_its_own_check_and_no_other() {
    for (script, check) in SCRIPTS {
        let check = find(check);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("mutants").join(script);
        let solution = Solution::new(&folder, level(check), ["./count", MUTANT]);
        let report =
            judge_solution(&EXERCISE, &solution, &Options { shrink: false, ..Options::default() }).unwrap();
        assert_eq!(report.failed(), [check.name], "{script}");
    }
}

#[test]
fn every_check_has_a_mutant() {
    let doubled: BTreeSet<&str> = Defect::ALL.iter().map(|defect| defect.check()).collect();
    let checks: BTreeSet<&str> = EXERCISE.checks.iter().map(|check| check.name).collect();
    assert_eq!(checks.difference(&doubled).collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn defects_have_names_of_their_own() {
    let names: BTreeSet<&str> = Defect::ALL.iter().map(|defect| defect.name()).collect();
    assert_eq!(names.len(), Defect::ALL.len());
}

/// The checks that fail for the mutant with this defect, at their level and below.
#[track_caller]
fn failed_by(defect: Defect) -> Vec<&'static str> {
    let exercise = if defect == Defect::LineInMemory { &EXERCISE } else { light() };
    failed(exercise, &["--defect", defect.name()], level(find(defect.check())), 2026)
}

/// The exercise without the one check that takes a second: half a gigabyte is read by the honest mutant and by the
/// one that takes it into memory, not by all the others as well.
fn light() -> &'static Exercise {
    static LIGHT: LazyLock<Exercise> = LazyLock::new(|| {
        let checks: Vec<Check> = EXERCISE
            .checks
            .iter()
            .filter(|check| check.name != Defect::LineInMemory.check())
            .copied()
            .collect();
        Exercise { checks: checks.leak(), ..EXERCISE }
    });
    &LIGHT
}

/// The checks that fail for the mutant with these arguments.
#[track_caller]
fn failed(exercise: &'static Exercise, arguments: &[&str], level: u8, seed: u64) -> Vec<&'static str> {
    let run = [&[MUTANT], arguments].concat();
    let solution = Solution::new(Path::new(env!("CARGO_MANIFEST_DIR")), level, run);
    let options = Options { seed, shrink: false, ..Options::default() };
    let report = judge_solution(exercise, &solution, &options).unwrap();
    assert_eq!(report.tally(None).skipped, 0, "what is skipped proves nothing");
    report.failed()
}

/// The check of this name.
#[track_caller]
fn find(name: &str) -> &'static Check {
    EXERCISE.checks.iter().find(|check| check.name == name).unwrap()
}

fn level(check: &Check) -> u8 {
    check.requirement["LP-".len()..].split('.').next().unwrap().parse().unwrap()
}
