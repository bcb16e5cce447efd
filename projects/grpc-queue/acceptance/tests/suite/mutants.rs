//! Checks × mutants: each mutant fails the one check that is there for it, and nothing else at that level or below.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Condvar, Mutex};
use std::thread;

use grpc_queue_acceptance::EXERCISE;
use grpc_queue_acceptance::mutants::Defect;
use proctor_harness::{Check, Exercise, Failure, Judged, Options, Outcome, Solution, judge_solution};

/// The program with a switch for each defect.
const MUTANT: &str = env!("CARGO_BIN_EXE_grpc-queue-mutant");

/// Judgements at a time, whichever tests they are for, and checks at a time in each: they mostly wait, for servers and
/// for what must not come.
const AT_A_TIME: usize = 4;
const JOBS: usize = 4;

/// So many wrong verdicts are looked at once more: a machine that has other work as well may have been too slow for a
/// second that the brief allows.
const MOST_TOO_SLOW: usize = 3;

/// Checks that wait for seconds for what must not come. What is wrong on purpose is judged by them where they are there
/// for it; a mutant without a defect by all.
const SLOW: [&str; 3] =
    ["late-calls-have-failed", "shutdown-answers-what-is-owed", "an-open-breaker-takes-nothing"];

/// How many judgements may begin: each takes one and gives it back.
static FREE: Mutex<usize> = Mutex::new(AT_A_TIME);
static FREED: Condvar = Condvar::new();

#[test]
fn double_without_a_defect_passes_every_check() {
    passes(2026);
}

#[test]
fn double_without_a_defect_passes_with_another_seed() {
    passes(7);
}

#[test]
fn every_defect_of_level_1_fails_its_own_check_and_no_other() {
    check_level(1);
}

#[test]
fn every_defect_of_level_2_fails_its_own_check_and_no_other() {
    check_level(2);
}

#[test]
fn every_defect_of_level_3_fails_its_own_check_and_no_other() {
    check_level(3);
}

#[test]
fn every_defect_of_level_4_fails_its_own_check_and_no_other() {
    check_level(4);
}

#[test]
fn every_defect_of_level_5_fails_its_own_check_and_no_other() {
    check_level(5);
}

#[test]
#[ignore = "needs Postgres: make verify LANES=services"]
fn every_defect_of_level_6_fails_its_own_check_and_no_other() {
    check_level(6);
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

/// Judges all mutants with a defect of this level, a few at a time, by the checks of that level and the one below.
/// With `MUTANTS=whole` by those of all levels below, the slow ones too: that takes three times as long.
#[track_caller]
fn check_level(number: u8) {
    let waiting = Mutex::new(Defect::ALL.iter().filter(|defect| level(find(defect.check())) == number));
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let Some(&defect) = waiting.lock().unwrap().next() else { break };
                    if verdict_on(defect, number).is_err() {
                        wrong.lock().unwrap().push(defect);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.len() <= MOST_TOO_SLOW, "wrong verdicts on {wrong:?}");
    let wrong = wrong.into_iter().filter_map(|defect| verdict_on(defect, number).err());
    assert_eq!(wrong.collect::<Vec<_>>(), Vec::<String>::new());
}

/// Judges the mutant without a defect at all levels.
#[track_caller]
fn passes(seed: u64) {
    for level in [2, 4, 6] {
        let mut faults = failed(&[], None, level, seed);
        if (1..=MOST_TOO_SLOW).contains(&faults.len()) {
            faults = failed(&[], None, level, seed);
        }
        assert_eq!(faults, Vec::<Fault>::new());
    }
}

/// Whether a mutant fails its own check and no other.
fn verdict_on(defect: Defect, level: u8) -> Result<(), String> {
    let failed = failed(&["--defect", defect.name()], Some(defect.check()), level, 2026);
    if failed.iter().map(|fault| fault.check).eq([defect.check()]) {
        return Ok(());
    }
    let (name, check) = (defect.name(), defect.check());
    let others = failed.iter().filter(|fault| fault.check != check).collect::<Vec<_>>();
    let found = others.len() < failed.len();
    Err(format!("{name}: {check}: {found}, others: {others:#?}"))
}

/// A check that failed, and what it said.
#[derive(Debug, PartialEq, Eq)]
struct Fault {
    check: &'static str,
    expected: String,
    actual: String,
}

/// The checks that fail for the mutant with these arguments, one of which may be there for it, at this level and below.
#[track_caller]
fn failed(arguments: &[&str], own: Option<&str>, level: u8, seed: u64) -> Vec<Fault> {
    let run = [&[MUTANT], arguments].concat();
    let solution = Solution::new(Path::new(env!("CARGO_MANIFEST_DIR")), level, run);
    let options = Options { seed, jobs: JOBS, shrink: false, ..Options::default() };
    *FREED.wait_while(FREE.lock().unwrap(), |free| *free == 0).unwrap() -= 1;
    let report = judge_solution(exercise(level, own), &solution, &options);
    *FREE.lock().unwrap() += 1;
    FREED.notify_one();
    let fault = |outcome: Outcome| match outcome.result {
        Judged::Failed(failure) => {
            let Failure { expected, actual, .. } = *failure;
            Some(Fault { check: outcome.check, expected, actual })
        }
        Judged::Passed | Judged::Skipped { .. } => None,
    };
    let report = report.unwrap();
    assert_eq!(report.cut_short(), None, "{arguments:?}");
    report.outcomes.into_iter().filter_map(fault).collect()
}

/// The exercise with the checks that a mutant of this level is judged by, one of which may be there for it.
fn exercise(of: u8, own: Option<&str>) -> &'static Exercise {
    type Part = (u8, Vec<&'static str>);
    static PARTS: Mutex<BTreeMap<Part, &Exercise>> = Mutex::new(BTreeMap::new());
    let whole = std::env::var_os("MUTANTS").is_some_and(|value| value == "whole");
    let lowest = if whole { 1 } else { of - 1 };
    let is_left_out = |slow: &&str| !whole && own.is_some_and(|own| own != *slow);
    let left_out: Vec<_> = SLOW.into_iter().filter(is_left_out).collect();
    PARTS.lock().unwrap().entry((of, left_out.clone())).or_insert_with(|| {
        let is_asked = |check: &&Check| level(check) >= lowest && !left_out.contains(&check.name);
        let checks = EXERCISE.checks.iter().filter(is_asked).copied().collect();
        Box::leak(Box::new(Exercise { checks: Vec::leak(checks), ..EXERCISE }))
    })
}

/// The check of this name.
#[track_caller]
fn find(name: &str) -> &'static Check {
    EXERCISE.checks.iter().find(|check| check.name == name).unwrap()
}

fn level(check: &Check) -> u8 {
    check.requirement["GQ-".len()..].split('.').next().unwrap().parse().unwrap()
}
