//! The program and the runner: counts, verdicts, signals.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use xtask::crew::Crew;
use xtask::lane::{Lane, Step};
use xtask::list::{LANES, PROJECT_LANES};
use xtask::need::Need;
use xtask::report::Strictness;
use xtask::run::{Ended, Run};
use xtask::scope::Scope;
use xtask::tree::Tree;

const NOTHING: Lane = Lane { name: "nothing", proves: "", needs: &[], alone: true, steps: &[], finally: &[] };
const PASSES: Lane = Lane { name: "passes", steps: &[Step::Run("true")], ..NOTHING };
const FAILS: Lane = Lane { name: "fails", steps: &[Step::Run("false"), Step::Run("echo more")], ..NOTHING };
const LACKS: Lane = Lane {
    name: "lacks",
    needs: &[Need::installed("no-such-program", "make it")],
    steps: &[Step::Run("false")],
    ..NOTHING
};

/// Runs lanes in a tree; returns how they ended and all that was said.
fn run_in(tree: &Tree, lanes: &[&Lane], strictness: &Strictness) -> (Ended, String) {
    let (crew, logs) = (Crew::deaf(), tempfile::tempdir().unwrap());
    let scope = Scope { tree, project: None, program: "xtask" };
    let run = Run { crew: &crew, scope, strictness, logs: logs.path().to_path_buf(), verbose: false };
    let mut out = Vec::new();
    let ended = run.lanes(&mut out, lanes).unwrap();
    (ended, String::from_utf8(out).unwrap())
}

/// Runs lanes; returns how they ended, what the table says without times, and the last line.
fn run(lanes: &[&Lane], strictness: &Strictness) -> (Ended, Vec<String>, String) {
    let (ended, text) = run_in(&Tree::here(), lanes, strictness);
    let table = text.lines().skip_while(|line| !line.starts_with("lane ")).skip(1);
    let rows = table.filter(|line| !line.is_empty());
    let rows = rows.map(|line| line.split("      0 s").next().unwrap().trim().to_owned());
    (ended, rows.collect(), text.lines().last().unwrap().to_owned())
}

/// A folder that is a tree of its own.
fn tree_of(folder: &tempfile::TempDir) -> Tree {
    Tree { root: folder.path().to_path_buf(), target: folder.path().join("target") }
}

#[test]
fn table_says_how_each_lane_ended_then_why_and_ends_with_the_counts_alone() {
    let (ended, rows, last) = run(&[&PASSES, &FAILS, &LACKS], &Strictness::default());
    assert_eq!(ended, Ended::Badly);
    assert_eq!(
        rows,
        [
            "passes       passed",
            "fails        failed",
            "lacks        skipped",
            "all",
            "fails failed: exit code 1: false",
            "lacks skipped: no-such-program is not installed: make it",
            "1 passed, 1 failed, 1 skipped",
        ]
    );
    assert_eq!(last, "1 passed, 1 failed, 1 skipped");
}

#[test]
fn nothing_that_the_table_says_is_wider_than_a_terminal() {
    let lane = Lane {
        name: "wide",
        steps: &[Step::Run(
            "false with many words that say nothing and go on and on until no line could hold them",
        )],
        ..NOTHING
    };
    let (_, rows, _) = run(&[&lane], &Strictness::default());
    assert!(rows.len() > 4 && rows.iter().all(|line| line.len() <= 80), "{rows:?}");
}

#[test]
fn what_a_command_prints_is_shown_when_it_fails_and_kept_quiet_when_it_passes() {
    let lane = Lane {
        name: "noisy",
        steps: &[
            Step::Run("sh -c 'echo all; echo is >&2; echo well'"),
            Step::Run("sh -c 'echo too; echo bad >&2; exit 3'"),
        ],
        ..NOTHING
    };
    let (_, text) = run_in(&Tree::here(), &[&lane], &Strictness::default());
    assert!(!text.lines().any(|line| ["all", "is", "well"].contains(&line)), "{text}");
    assert!(text.contains("\ntoo\nbad\n  exit code 3"), "{text}");
}

#[test]
fn cpu_time_of_what_a_command_has_started_is_counted() {
    let lane = Lane {
        name: "busy",
        // It stops at the time that it has used, so that a busy machine changes nothing.
        steps: &[Step::Run("sh -c 'sh -c \"ulimit -S -t 2; while :; do :; done\"; true'")],
        ..NOTHING
    };
    let (_, text) = run_in(&Tree::here(), &[&lane], &Strictness::default());
    let row = text.lines().find(|line| line.starts_with("busy ")).unwrap();
    let cpu: u64 = row.split_whitespace().rev().nth(1).unwrap().parse().unwrap();
    assert!((1..5).contains(&cpu), "{row}");
}

#[test]
fn neighbours_that_are_not_alone_run_side_by_side_and_keep_their_order_in_the_table() {
    let folder = tempfile::tempdir().unwrap();
    // Each waits for the other: one after another they would never end.
    let first = Lane {
        name: "first",
        alone: false,
        steps: &[Step::Run("sh -c 'touch one; timeout 20 sh -c \"until [ -e two ]; do sleep 0.01; done\"'")],
        ..NOTHING
    };
    let second = Lane {
        name: "second",
        steps: &[Step::Run("sh -c 'touch two; timeout 20 sh -c \"until [ -e one ]; do sleep 0.01; done\"'")],
        ..first
    };
    let (ended, text) = run_in(&tree_of(&folder), &[&first, &second, &PASSES], &Strictness::default());
    assert_eq!(ended, Ended::Well, "{text}");
    let table: Vec<_> = text.lines().skip_while(|line| !line.starts_with("lane ")).skip(1).collect();
    assert!(table[0].starts_with("first") && table[1].starts_with("second"), "{text}");
    assert!(text.contains("side by side: first, second\n"), "{text}");
}

#[test]
fn a_lane_that_is_alone_has_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let holds = Step::Run("sh -c 'mkdir held && sleep 0.1 && rmdir held'");
    let beside = Lane { name: "beside", alone: false, steps: &[Step::Run("true")], ..NOTHING };
    let (one, two) =
        (Lane { name: "one", steps: &[], ..NOTHING }, Lane { name: "two", steps: &[], ..NOTHING });
    let held: &'static [Step] = Box::leak(Box::new([holds]));
    let lanes = [&Lane { steps: held, ..one }, &beside, &Lane { steps: held, ..two }];
    let (ended, text) = run_in(&tree_of(&folder), &lanes, &Strictness::default());
    assert_eq!(ended, Ended::Well, "{text}");
}

#[test]
fn what_is_skipped_fails_nothing_at_home() {
    let (ended, _, last) = run(&[&LACKS], &Strictness::default());
    assert_eq!((ended, last.as_str()), (Ended::Well, "0 passed, 0 failed, 1 skipped"));
}

#[test]
fn what_is_skipped_fails_in_ci_unless_it_is_expected() {
    let mut strictness = Strictness { ci: true, expected: Vec::new() };
    let (ended, rows, last) = run(&[&LACKS], &strictness);
    assert_eq!((ended, last.as_str()), (Ended::Badly, "0 passed, 1 failed, 0 skipped"));
    assert!(rows[2].contains("skipped, which CI does not expect"), "{rows:?}");
    strictness.expected.push("lacks".to_owned());
    let (ended, _, last) = run(&[&LACKS], &strictness);
    assert_eq!((ended, last.as_str()), (Ended::Well, "0 passed, 0 failed, 1 skipped"));
}

#[test]
fn a_lane_with_nothing_to_run_on_fails() {
    let empty = tempfile::tempdir().unwrap();
    let lane = Lane { name: "each", steps: &[Step::EachSolution("true")], ..NOTHING };
    assert_eq!(run_in(&tree_of(&empty), &[&lane], &Strictness::default()).0, Ended::Badly);
}

#[test]
fn an_exercise_without_starters_is_verified() {
    let empty = tempfile::tempdir().unwrap();
    let lane = Lane { name: "each", steps: &[Step::EachStarter("false")], ..NOTHING };
    assert_eq!(run_in(&tree_of(&empty), &[&lane], &Strictness::default()).0, Ended::Well);
}

#[test]
fn every_solution_is_judged_after_one_has_failed() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["one", "two"] {
        let solution = folder.path().join("projects").join(name);
        std::fs::create_dir_all(&solution).unwrap();
        std::fs::write(solution.join("proctor.toml"), "").unwrap();
    }
    let lane = Lane { name: "each", steps: &[Step::EachSolution("false {solution}")], ..NOTHING };
    let (_, text) = run_in(&tree_of(&folder), &[&lane], &Strictness::default());
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("exit code 1: false projects/one; exit code 1: false projects/two"), "{text}");
}

#[test]
fn mutants_examples_and_starters_are_not_judged_as_solutions() {
    let folder = tempfile::tempdir().unwrap();
    let tree = tree_of(&folder);
    for path in
        ["a", "a/solutions/awk", "a/acceptance/mutants/one", "a/starters/rust", "a/examples/toy", "target/b"]
    {
        let solution = folder.path().join("projects").join(path);
        std::fs::create_dir_all(&solution).unwrap();
        std::fs::write(solution.join("proctor.toml"), "").unwrap();
    }
    let found: Vec<_> = tree.solutions().iter().map(|path| path.display().to_string()).collect();
    assert_eq!(found, ["projects/a", "projects/a/solutions/awk"]);
    assert_eq!(tree.starters(), [std::path::Path::new("projects/a/starters/rust")]);
}

#[test]
fn lanes_have_names_of_their_own_and_something_to_run() {
    let lanes: Vec<_> = LANES.iter().chain(PROJECT_LANES).collect();
    for (index, lane) in lanes.iter().enumerate() {
        assert!(!lane.steps.is_empty(), "{}", lane.name);
        assert!(!lanes[..index].iter().any(|other| other.name == lane.name), "{} stands twice", lane.name);
    }
}

#[test]
fn an_unknown_lane_is_an_error_that_names_the_known_ones() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).args(["verify", "nonsense"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("no lane 'nonsense'") && said.contains("services"), "{said}");
}

#[test]
fn this_repository_has_solutions_to_judge() {
    let solutions = Tree::here().solutions();
    assert!(solutions.iter().any(|solution| solution.ends_with("projects/log-parser")), "{solutions:?}");
}

/// The program under a signal: a crew that handles signals, and two commands side by side that each start a child of
/// their own. Not a test by itself; the one below runs it in a process that it may signal.
#[test]
#[ignore = "started by a_signal_ends_all_commands_and_their_children_and_runs_the_clean_up"]
fn victim() {
    const SLEEPS: &[Step] = &[Step::Run("sh -c 'sleep 300 & echo child $!; wait'")];
    let one = Lane { name: "one", alone: false, steps: SLEEPS, finally: &["echo cleaned up"], ..NOTHING };
    let two = Lane { name: "two", ..one };
    let (crew, tree, strictness) = (Crew::hearing().unwrap(), Tree::here(), Strictness::default());
    let scope = Scope { tree: &tree, project: None, program: "xtask" };
    let logs = std::env::temp_dir();
    let run = Run { crew: &crew, scope, strictness: &strictness, logs, verbose: true };
    let ended = run.lanes(&mut std::io::stdout(), &[&one, &two, &PASSES]).unwrap();
    assert_eq!(ended, Ended::Interrupted);
}

#[test]
fn a_signal_ends_all_commands_and_their_children_and_runs_the_clean_up() {
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "lanes::victim"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = rustix::process::Pid::from_child(&victim);
    let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines().map(Result::unwrap);
    let children = lines.by_ref().filter_map(|line| line.strip_prefix("child ").map(str::to_owned));
    let children: Vec<String> = children.take(2).collect();
    assert!(children.len() == 2 && children.iter().all(|child| runs(child)), "{children:?}");
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let rest: Vec<_> = lines.collect();
    assert!(victim.wait().unwrap().success(), "{rest:?}");
    assert_eq!(rest.iter().filter(|line| *line == "cleaned up").count(), 2, "{rest:?}");
    assert!(!rest.iter().any(|line| line.contains("passes")), "a lane was run after the signal: {rest:?}");
    assert!(!children.iter().any(|child| runs(child)), "one of {children:?} is left");
}

/// Whether a process runs. One that has ended and that nobody has asked about yet doesn't.
fn runs(pid: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let state = status.lines().find_map(|line| line.strip_prefix("State:"));
    state.is_some_and(|state| !state.trim_start().starts_with(['Z', 'X']))
}

#[test]
fn a_probe_that_hangs_ends_in_time() {
    let mut command = Command::new("sleep");
    let deadline = Duration::from_millis(50);
    let error = Crew::deaf().capture(command.arg("300"), deadline).unwrap_err();
    assert_eq!(error.to_string(), "sleep did not end within 0 s");
}

/// A filter that no test has would make a lane green by running nothing.
#[test]
fn lanes_that_pick_tests_by_name_have_tests_of_that_name() {
    for (lane, filter, file) in [
        ("agents", "crawler_user_agents", "projects/log-parser/library/src/bots/field_tests.rs"),
        ("real-log", "real", "projects/log-parser/cli/tests/suite/real.rs"),
        ("clients", "real_clients", "projects/grpc-queue/server/tests/suite/clients.rs"),
        ("browser", "in_chromium", "projects/grpc-queue/server/tests/suite/browser.rs"),
        ("schema", "published_schema", "projects/workspace/xtask/tests/suite/devcontainers.rs"),
    ] {
        let picks = xtask::list::find(lane)
            .unwrap()
            .steps
            .iter()
            .any(|step| matches!(step, Step::Run(line) if line.split(' ').next_back() == Some(filter)));
        assert!(picks, "{lane} no longer picks {filter}");
        let text = std::fs::read_to_string(Tree::here().root.join(file)).unwrap();
        let reason = format!("make verify LANES={lane}\"]\n");
        let ignored: Vec<_> = text.split(&reason).skip(1).filter_map(|rest| rest.lines().next()).collect();
        assert!(
            !ignored.is_empty() && ignored.iter().all(|line| line.contains(filter)),
            "{lane}: {ignored:?}"
        );
    }
}
