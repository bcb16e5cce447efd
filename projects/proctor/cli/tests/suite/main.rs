//! The program itself, as it is shipped: every suite linked, and nothing left behind.
#![expect(clippy::unwrap_used, reason = "a test that can't go on says so")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

const PATIENCE: Duration = Duration::from_secs(20);

fn proctor() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proctor"));
    command.stdin(Stdio::null()).env_remove("CI");
    command
}

/// Polls until it holds; returns whether it ever did.
fn poll(mut ask: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if ask() {
            return true;
        }
        std::thread::park_timeout(Duration::from_millis(5));
    }
    false
}

/// A process whose command line is exactly this.
fn runs(command: &str) -> bool {
    let line = |pid: &Path| fs::read(pid.join("cmdline")).unwrap_or_default();
    let words = |line: Vec<u8>| String::from_utf8_lossy(&line).replace('\0', " ").trim().to_owned();
    fs::read_dir("/proc").unwrap().flatten().any(|entry| words(line(&entry.path())) == command)
}

#[test]
fn every_linked_exercise_is_listed_with_its_levels() {
    let output = proctor().arg("list").output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for name in ["log-parser", "grpc-queue"] {
        assert!(text.lines().any(|line| line == name), "{name} is missing in:\n{text}");
    }
    assert!(text.contains("level 1  ") && text.contains("level 3  "), "{text}");
}

#[test]
fn brief_and_suite_of_every_linked_exercise_hold_together() {
    for exercise in [&log_parser_acceptance::EXERCISE, &grpc_queue_acceptance::EXERCISE] {
        assert_eq!(proctor_harness::faults(exercise), Vec::<String>::new(), "{}", exercise.name);
    }
}

/// Maximum number of crates that are compiled before the first level is judged from a fresh clone.
const MAX_CRATES: usize = 140;

#[test]
fn proctor_links_at_most_140_crates() {
    let arguments =
        ["tree", "--offline", "--locked", "-p", "proctor", "-e", "normal,build", "--prefix", "none"];
    let tree = Command::new(env!("CARGO")).args(arguments).arg("--format={p}").output().unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let text = String::from_utf8(tree.stdout).unwrap();
    // Without the mark of a subtree that was shown before, and the folder.
    let crates: BTreeSet<_> = text.lines().filter_map(|line| line.split(" (").next()).collect();
    assert!(crates.len() > 50, "cargo tree shows {} crates", crates.len());
    assert!(crates.len() <= MAX_CRATES, "{} crates: {crates:#?}", crates.len());
}

/// A log parser that never answers, with a daemon beside it.
fn stubborn(folder: &Path, seconds: &str) -> Child {
    let script = format!("trap '' INT TERM; setsid sleep {seconds} & sleep {seconds}");
    let toml = format!("exercise = \"log-parser\"\nlevel = 1\nrun = [\"sh\", \"-c\", \"{script}\"]\n");
    fs::write(folder.join("proctor.toml"), toml).unwrap();
    fs::create_dir(folder.join("tmp")).unwrap();
    let child = proctor()
        .arg("verify")
        .arg(folder)
        .env("TMPDIR", folder.join("tmp"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert!(poll(|| runs(&format!("sleep {seconds}"))), "the program never started");
    child
}

#[test]
fn ctrl_c_leaves_neither_process_nor_folder() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = stubborn(folder.path(), "2001.5");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert!(poll(|| child.try_wait().unwrap().is_some()), "proctor hangs");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!runs("sleep 2001.5"));
    assert_eq!(fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0);
}

#[test]
fn a_killed_proctor_leaves_no_process() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = stubborn(folder.path(), "2002.5");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(poll(|| !runs("sleep 2002.5")), "what it started lives on");
}
