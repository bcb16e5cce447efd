//! Order, seeds, and what makes a level hold.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::*;
use crate::{Failure, Need, Trial, Verdict};

const SECONDS: Duration = Duration::from_secs(10);

const fn check(name: &'static str, requirement: &'static str, run: fn(&mut Trial<'_>) -> Verdict) -> Check {
    Check::new(name, requirement, SECONDS, run)
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
fn the_rest_of_a_level_is_skipped_after_three_checks_in_a_row_that_hang() {
    let order = exercise(vec![
        check("hangs-1", "X-1.1", hangs_in),
        check("fails", "X-1.2", fails),
        check("hangs-2", "X-1.3", hangs_in),
        check("hangs-3", "X-1.4", hangs_in),
        check("passes", "X-1.5", passes),
        check("hangs-4", "X-1.6", hangs_in),
        check("hangs-5", "X-1.7", hangs_in),
        check("hangs-6", "X-1.8", hangs_in),
        check("skipped-1", "X-1.9", passes),
        check("skipped-2", "X-1.10", passes),
        check("hangs-7", "X-2.1", hangs_in),
        check("skipped-3", "X-2.2", passes),
        check("has-its-chance", "X-3.1", passes),
        check("goes-on", "X-3.2", passes),
    ]);
    for jobs in [1, 4] {
        let report = judge_solution(order, &sleeper(3), &Options { jobs, ..Options::default() }).unwrap();
        let told = |wanted: fn(&Judged) -> bool| {
            let told = report.outcomes.iter().filter(|outcome| wanted(&outcome.result));
            told.map(|outcome| outcome.check).collect::<Vec<_>>()
        };
        let skipped = told(|result| matches!(result, Judged::Skipped { expected: true, .. }));
        assert_eq!(skipped, ["skipped-1", "skipped-2", "skipped-3"]);
        assert_eq!(report.tally(Some(2)), crate::Tally { passed: 0, failed: 1, skipped: 1 });
        assert_eq!(told(|result| matches!(result, Judged::Passed)), ["passes", "has-its-chance", "goes-on"]);
        assert_eq!((report.reached(), report.holds()), (0, false));
        assert_eq!(report.cut_short(), Some("three checks in a row hung"));
    }
}

#[test]
fn programs_that_were_only_slow_to_start_end_no_level_before_the_eighth() {
    fn unready(_: &mut Trial<'_>) -> Verdict {
        Err(Failure::new("ready", "not ready").limit(crate::Limit::Start).into())
    }
    let checks = |unready_ones: usize| {
        let mut checks = vec![check("unready", "X-1.1", unready); unready_ones];
        checks.push(check("last", "X-1.1", passes));
        let options = Options { jobs: 1, ..Options::default() };
        judge_solution(exercise(checks), &sleeper(1), &options).unwrap().outcomes.pop().unwrap().result
    };
    assert!(matches!(checks(7), Judged::Passed));
    assert!(matches!(checks(8), Judged::Skipped { .. }));
}

#[test]
fn fail_fast_skips_what_comes_after_the_first_failure() {
    let checks = vec![
        check("one", "X-1.1", passes),
        check("two", "X-1.2", fails),
        check("three", "X-1.3", fails),
        check("four", "X-2.1", passes),
    ];
    for jobs in [1, 4] {
        let options = Options { fail_fast: true, jobs, ..Options::default() };
        let report = judge_solution(exercise(checks.clone()), &sleeper(2), &options).unwrap();
        assert_eq!(report.failed(), ["two"]);
        assert_eq!(report.tally(None), crate::Tally { passed: 1, failed: 1, skipped: 2 });
    }
}

const NOBODY_HAS: Need = Need::installed("no-such-program", "write it");

#[test]
fn a_check_whose_need_is_missing_is_skipped_with_what_to_install() {
    fn never(_: &mut Trial<'_>) -> Verdict {
        Err(Failure::new("", "it was run").into())
    }
    let shell = Need::installed("sh", "");
    let needs: &'static [Need] = Vec::leak(vec![shell, NOBODY_HAS]);
    let checks = || vec![check("one", "X-1.1", passes).needs(&[]), check("two", "X-1.2", never).needs(needs)];
    let judged = |strict| {
        let options = Options { strict, ..Options::default() };
        judge_solution(exercise(checks()), &sleeper(1), &options).unwrap()
    };
    let report = judged(false);
    let Judged::Skipped { reason, expected: true } = &report.outcomes[1].result else { panic!("{report:?}") };
    assert_eq!(reason, "no-such-program is not installed: write it");
    assert_eq!((report.holds(), report.reached()), (true, 0));
    assert!(!judged(true).holds());
}

#[test]
fn a_check_that_runs_alone_has_no_other_beside_it() {
    static RUNNING: AtomicUsize = AtomicUsize::new(0);
    static WITH_OTHERS: AtomicUsize = AtomicUsize::new(0);
    /// How many checks run for the length of one short program, this one included.
    fn company(trial: &mut Trial<'_>) -> usize {
        RUNNING.fetch_add(1, Ordering::SeqCst);
        let mut most = 0;
        for _ in 0..5 {
            trial.program().arg("0.02").run().unwrap();
            most = most.max(RUNNING.load(Ordering::SeqCst));
        }
        RUNNING.fetch_sub(1, Ordering::SeqCst);
        most
    }
    fn beside(trial: &mut Trial<'_>) -> Verdict {
        WITH_OTHERS.fetch_max(company(trial), Ordering::SeqCst);
        Ok(())
    }
    fn alone(trial: &mut Trial<'_>) -> Verdict {
        match company(trial) {
            1 => Ok(()),
            others => Err(Failure::new("one check", format!("{others} checks")).into()),
        }
    }
    let beside = |name| check(name, "X-1.1", beside);
    let order = exercise(vec![
        beside("one"),
        beside("two"),
        check("alone", "X-1.2", alone).alone(),
        beside("three"),
        beside("four"),
        check("alone too", "X-1.3", alone).alone(),
    ]);
    let report = judge_solution(order, &sleeper(1), &Options { jobs: 4, ..Options::default() }).unwrap();
    assert_eq!(report.failed(), [""; 0], "{report:?}");
    assert!(WITH_OTHERS.load(Ordering::SeqCst) > 1, "no two checks ever ran side by side");
}
