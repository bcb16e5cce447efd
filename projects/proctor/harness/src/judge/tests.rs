//! Order, seeds, and what makes a level hold.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use super::*;
use crate::{Failure, Trial, Verdict};

const SECONDS: Duration = Duration::from_secs(10);

const fn check(name: &'static str, requirement: &'static str, run: fn(&mut Trial<'_>) -> Verdict) -> Check {
    Check { name, requirement, deadline: SECONDS, run }
}

fn slow(trial: &mut Trial<'_>) -> Verdict {
    trial.program().arg("0.2").run().map(drop)
}

fn passes(_: &mut Trial<'_>) -> Verdict {
    Ok(())
}

fn fails(_: &mut Trial<'_>) -> Verdict {
    Err(Failure::new("this", "that").into())
}

fn cannot(_: &mut Trial<'_>) -> Verdict {
    Err(Stop::Skipped("no reason".to_owned()))
}

/// An exercise of three levels with these checks; it lives as long as the tests.
fn exercise(checks: Vec<Check>) -> &'static Exercise {
    let level = |number| Level { number, title: "" };
    Box::leak(Box::new(Exercise {
        name: "order",
        title: "",
        brief: "",
        levels: Vec::leak(vec![level(1), level(2), level(3)]),
        checks: Vec::leak(checks),
        needs: &[],
    }))
}

fn sleeper(level: u8) -> Solution {
    Solution::new(Path::new("."), level, ["sleep"])
}

#[test]
fn checks_are_told_in_their_order_and_levels_one_after_another() {
    let order = exercise(vec![
        check("high", "X-2.1", passes),
        check("slow", "X-1.1", slow),
        check("quick", "X-1.2", passes),
        check("beyond", "X-3.1", passes),
    ]);
    let mut told = Vec::new();
    watch(order, &sleeper(2), &Options::default(), &mut |event| match event {
        Event::Level(level, checks) => told.push(format!("level {}: {checks}", level.number)),
        Event::Finished(outcome) => told.push(outcome.check.to_owned()),
        _ => {}
    })
    .unwrap();
    assert_eq!(told, ["level 1: 2", "slow", "quick", "level 2: 1", "high"]);
}

#[track_caller]
fn reaches(checks: Vec<Check>, strict: bool, reached: u8, holds: bool, sentence: &str) {
    let options = Options { strict, ..Options::default() };
    let report = judge_solution(exercise(checks), &sleeper(3), &options).unwrap();
    assert_eq!((report.reached(), report.holds(), report.sentence().as_str()), (reached, holds, sentence));
}

#[test]
fn a_level_is_reached_when_it_and_those_below_hold() {
    let three = |one, two, three| {
        vec![check("one", "X-1.1", one), check("two", "X-2.1", two), check("three", "X-3.1", three)]
    };
    reaches(three(passes, passes, passes), false, 3, true, "level 3 of 3 reached");
    reaches(three(passes, fails, passes), false, 1, false, "level 1 of 3 reached, level 3 claimed");
    reaches(three(fails, passes, passes), false, 0, false, "level 0 of 3 reached, level 3 claimed");
    // A level without checks is no level passed.
    let two = three(passes, passes, passes).into_iter().take(2).collect();
    reaches(two, false, 2, false, "level 2 of 3 reached, level 3 claimed");
}

#[test]
fn a_level_that_was_only_asked_for_is_not_called_claimed() {
    let checks =
        vec![check("one", "X-1.1", passes), check("two", "X-2.1", passes), check("three", "X-3.1", fails)];
    let options = Options { level: Some(3), ..Options::default() };
    let report = judge_solution(exercise(checks), &sleeper(2), &options).unwrap();
    assert_eq!((report.claimed, report.judged, report.holds()), (2, 3, false));
    assert_eq!(report.sentence(), "level 2 of 3 reached, judged up to level 3");
}

#[test]
fn what_is_skipped_reaches_no_level_and_fails_none_but_where_it_must_run() {
    let checks = || {
        vec![check("one", "X-1.1", passes), check("two", "X-2.1", passes), check("three", "X-3.1", cannot)]
    };
    let sentence = "level 2 of 3 reached, level 3 claimed, 1 check skipped";
    reaches(checks(), false, 2, true, sentence);
    reaches(checks(), true, 2, false, sentence);
    let half = || vec![check("one", "X-1.1", passes), check("two", "X-1.2", cannot)];
    let report = judge_solution(exercise(half()), &sleeper(1), &Options::default()).unwrap();
    assert_eq!((report.reached(), report.holds()), (0, true));
    let expect = Options { strict: true, expect_skipped: vec!["three".to_owned()], ..Options::default() };
    assert!(judge_solution(exercise(checks()), &sleeper(3), &expect).unwrap().holds());
}

#[test]
fn the_same_seed_gives_the_same_input_and_each_check_its_own() {
    static DRAWN: Mutex<Vec<u64>> = Mutex::new(Vec::new());
    fn draws(trial: &mut Trial<'_>) -> Verdict {
        let number = trial.rng().u64(..);
        DRAWN.lock().unwrap().push(number);
        Ok(())
    }
    let draw = |seed| {
        let checks = vec![check("one", "X-1.1", draws), check("two", "X-1.2", draws)];
        judge_solution(exercise(checks), &sleeper(1), &Options { seed, jobs: 1, ..Options::default() })
            .unwrap();
        std::mem::take(&mut *DRAWN.lock().unwrap())
    };
    let (first, again, other) = (draw(1), draw(1), draw(2));
    assert_eq!(first, again);
    assert_ne!(first[0], first[1]);
    assert_ne!(first, other);
}

#[test]
fn inputs_are_made_smaller_only_where_someone_reads_them() {
    fn shrinks(trial: &mut Trial<'_>) -> Verdict {
        let left = trial.shrink((0..100).collect(), 100, |items| items.contains(&7));
        Err(Failure::new("", left.len().to_string()).into())
    }
    let left = |shrink| {
        let order = exercise(vec![check("one", "X-1.1", shrinks)]);
        let options = Options { shrink, ..Options::default() };
        let report = judge_solution(order, &sleeper(1), &options).unwrap();
        let Judged::Failed(failure) = &report.outcomes[0].result else { panic!("{report:?}") };
        failure.actual.clone()
    };
    assert_eq!((left(true).as_str(), left(false).as_str()), ("1", "100"));
}

#[test]
fn a_broken_limit_is_named_for_those_who_look_for_a_smaller_input() {
    fn hangs(trial: &mut Trial<'_>) -> Verdict {
        trial.program().arg("20").deadline(Duration::from_millis(50)).run().map(drop)
    }
    let order = exercise(vec![check("one", "X-1.1", hangs)]);
    let report = judge_solution(order, &sleeper(1), &Options::default()).unwrap();
    let Judged::Failed(failure) = &report.outcomes[0].result else { panic!("{report:?}") };
    assert_eq!(failure.limit, Some(crate::Limit::Deadline));
}

#[test]
fn a_solution_of_another_exercise_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("proctor.toml"), "exercise = \"other\"\nlevel = 1\nrun = [\"true\"]\n")
        .unwrap();
    let error = judge(exercise(Vec::new()), folder.path(), &Options::default()).unwrap_err();
    assert!(error.to_string().ends_with(":1: exercise \"other\" is unknown, known is order"), "{error}");
}

/// Hangs for a moment, as far as anybody waits.
fn hangs_in(trial: &mut Trial<'_>) -> Verdict {
    trial.program().arg("20").deadline(Duration::from_millis(50)).run().map(drop)
}

#[test]
fn a_level_is_given_up_after_three_checks_in_a_row_that_hang() {
    let order = exercise(vec![
        check("hangs-1", "X-1.1", hangs_in),
        check("fails", "X-1.2", fails),
        check("hangs-2", "X-1.3", hangs_in),
        check("hangs-3", "X-1.4", hangs_in),
        check("passes", "X-1.5", passes),
        check("hangs-4", "X-1.6", hangs_in),
        check("hangs-5", "X-1.7", hangs_in),
        check("hangs-6", "X-1.8", hangs_in),
        check("given-up-1", "X-1.9", passes),
        check("given-up-2", "X-1.10", passes),
        check("hangs-7", "X-2.1", hangs_in),
        check("given-up-3", "X-2.2", passes),
        check("has-its-chance", "X-3.1", passes),
        check("goes-on", "X-3.2", passes),
    ]);
    for jobs in [1, 4] {
        let report = judge_solution(order, &sleeper(3), &Options { jobs, ..Options::default() }).unwrap();
        let told = |wanted: fn(&Judged) -> bool| {
            let told = report.outcomes.iter().filter(|outcome| wanted(&outcome.result));
            told.map(|outcome| outcome.check).collect::<Vec<_>>()
        };
        let given_up = told(|result| matches!(result, Judged::GivenUp));
        assert_eq!(given_up, ["given-up-1", "given-up-2", "given-up-3"]);
        assert_eq!(told(|result| matches!(result, Judged::Passed)), ["passes", "has-its-chance", "goes-on"]);
        assert_eq!((report.reached(), report.holds()), (0, false));
    }
}
