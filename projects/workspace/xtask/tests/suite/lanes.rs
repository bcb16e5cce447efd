//! The program and the runner: counts, verdicts, signals.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use xtask::crew::Crew;
use xtask::lane::{Lane, Step};
use xtask::list::LANES;
use xtask::need::Need;
use xtask::report::Strictness;
use xtask::run::{Ended, Run};
use xtask::tree::Tree;

const NOTHING: Lane = Lane { name: "nothing", proves: "", needs: &[], steps: &[], finally: &[] };
const PASSES: Lane = Lane { name: "passes", steps: &[Step::Run(&["true"])], ..NOTHING };
const FAILS: Lane =
    Lane { name: "fails", steps: &[Step::Run(&["false"]), Step::Run(&["echo", "more"])], ..NOTHING };
const LACKS: Lane = Lane {
    name: "lacks",
    needs: &[Need::installed("no-such-program", "make it")],
    steps: &[Step::Run(&["false"])],
    ..NOTHING
};

/// Runs lanes; returns how they ended, the table's lines without times, and the last line.
fn run(lanes: &[&Lane], strictness: &Strictness) -> (Ended, Vec<String>, String) {
    let (crew, tree) = (Crew::deaf(), Tree::here());
    let run = Run { crew: &crew, tree: &tree, program: "xtask", strictness };
    let mut out = Vec::new();
    let ended = run.lanes(&mut out, lanes).unwrap();
    let text = String::from_utf8(out).unwrap();
    let table = text.lines().skip_while(|line| !line.starts_with("lane ")).skip(1);
    let rows =
        table.take_while(|line| !line.is_empty()).map(|line| line.replace("    0 s", "").trim().to_owned());
    (ended, rows.collect(), text.lines().last().unwrap().to_owned())
}

#[test]
fn table_ends_with_the_counts_alone() {
    let (ended, rows, last) = run(&[&PASSES, &FAILS, &LACKS], &Strictness::default());
    assert_eq!(ended, Ended::Badly);
    assert_eq!(
        rows,
        [
            "passes       passed",
            "fails        failed           exit code 1: false",
            "lacks        skipped    no-such-program is not installed: make it",
        ]
    );
    assert_eq!(last, "1 passed, 1 failed, 1 skipped");
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
    assert!(rows[0].contains("skipped, which CI does not expect"), "{rows:?}");
    strictness.expected.push("lacks".to_owned());
    let (ended, _, last) = run(&[&LACKS], &strictness);
    assert_eq!((ended, last.as_str()), (Ended::Well, "0 passed, 0 failed, 1 skipped"));
}

#[test]
fn a_lane_with_nothing_to_run_on_fails() {
    let empty = tempfile::tempdir().unwrap();
    let tree = Tree { root: empty.path().to_path_buf(), target: empty.path().join("target") };
    let lane = Lane { name: "each", steps: &[Step::EachSolution(&["true"])], ..NOTHING };
    let (crew, strictness) = (Crew::deaf(), Strictness::default());
    let run = Run { crew: &crew, tree: &tree, program: "xtask", strictness: &strictness };
    assert_eq!(run.lanes(&mut Vec::new(), &[&lane]).unwrap(), Ended::Badly);
}

#[test]
fn every_solution_is_judged_after_one_has_failed() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["one", "two"] {
        let solution = folder.path().join("projects").join(name);
        std::fs::create_dir_all(&solution).unwrap();
        std::fs::write(solution.join("proctor.toml"), "").unwrap();
    }
    let tree = Tree { root: folder.path().to_path_buf(), target: folder.path().join("target") };
    let lane = Lane { name: "each", steps: &[Step::EachSolution(&["false", "{solution}"])], ..NOTHING };
    let (crew, strictness) = (Crew::deaf(), Strictness::default());
    let run = Run { crew: &crew, tree: &tree, program: "xtask", strictness: &strictness };
    let mut out = Vec::new();
    run.lanes(&mut out, &[&lane]).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("exit code 1: false projects/one; exit code 1: false projects/two"), "{text}");
}

#[test]
fn doubles_examples_and_starters_are_not_judged_as_solutions() {
    let folder = tempfile::tempdir().unwrap();
    let tree = Tree { root: folder.path().to_path_buf(), target: folder.path().join("target") };
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
    for (index, lane) in LANES.iter().enumerate() {
        assert!(!lane.steps.is_empty(), "{}", lane.name);
        assert!(!LANES[..index].iter().any(|other| other.name == lane.name), "{} stands twice", lane.name);
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

/// Stands in for the program under a signal: a crew that hears, and a command that starts a child of its own.
/// Not a test by itself; the one below runs it in a process that it may signal.
#[test]
#[ignore = "started by a_signal_ends_the_command_and_its_children_and_runs_the_clean_up"]
fn victim() {
    let lane = Lane {
        name: "victim",
        steps: &[Step::Run(&["sh", "-c", "sleep 300 & echo child $!; wait"])],
        finally: &[Step::Run(&["echo", "cleaned up"])],
        ..NOTHING
    };
    let (crew, tree, strictness) = (Crew::hearing().unwrap(), Tree::here(), Strictness::default());
    let run = Run { crew: &crew, tree: &tree, program: "xtask", strictness: &strictness };
    let ended = run.lanes(&mut std::io::stdout(), &[&lane, &PASSES]).unwrap();
    assert_eq!(ended, Ended::Interrupted);
}

#[test]
fn a_signal_ends_the_command_and_its_children_and_runs_the_clean_up() {
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "lanes::victim"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = rustix::process::Pid::from_child(&victim);
    let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines().map(Result::unwrap);
    let child = lines.find_map(|line| line.strip_prefix("child ").map(str::to_owned)).unwrap();
    assert!(runs(&child));
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let rest: Vec<_> = lines.collect();
    assert!(victim.wait().unwrap().success(), "{rest:?}");
    assert!(rest.iter().any(|line| line == "cleaned up"), "{rest:?}");
    assert!(!rest.iter().any(|line| line.contains("passes")), "a lane was run after the signal: {rest:?}");
    assert!(!runs(&child), "process {child} is left");
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
            .any(|step| matches!(step, Step::Run(words) if words.last() == Some(&filter)));
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
