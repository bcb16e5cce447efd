//! A fixture for one run: a solution folder, a temporary folder of its own, and a mark on every process of the run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use regex::Regex;
use tempfile::TempDir;

/// Marks every process that a fixture starts, whatever becomes of it.
const MARK: &str = "PROCTOR_STAGE";

/// A solution and everything around one run of it.
pub(crate) struct Fixture {
    folder: TempDir,
    mark: String,
    /// The exercise whose program judges.
    exercise: &'static str,
    /// Proctor may use the kernel's namespaces.
    namespaces: bool,
}

impl Fixture {
    /// A solution that is a shell script; `toml` is added to its `proctor.toml`.
    pub(crate) fn new(script: &str, toml: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let fixture = Self {
            folder: tempfile::Builder::new().prefix("fixture-").tempdir().unwrap(),
            mark: format!("{}-{number}.", std::process::id()),
            exercise: "toy",
            namespaces: true,
        };
        fs::create_dir(fixture.solution()).unwrap();
        fs::create_dir(fixture.temporary()).unwrap();
        fixture.script("solution.sh", &format!("#!/bin/sh\n{script}\n"));
        fixture.toml(&format!("exercise = \"toy\"\nlevel = 2\nrun = [\"./solution.sh\"]\n{toml}"));
        fixture
    }

    /// The same on a machine without namespaces.
    pub(crate) fn without_namespaces(mut self) -> Self {
        self.namespaces = false;
        self
    }

    /// The echo exercise and a server for it; the words say how the server is wrong.
    pub(crate) fn server(words: &[&str]) -> Self {
        let mut fixture = Self::new("", "");
        fixture.exercise = "echo";
        let program = example("echo-server");
        let run: Vec<_> = [program.to_str().unwrap()].into_iter().chain(words.iter().copied()).collect();
        fixture.toml(&format!("exercise = \"echo\"\nlevel = 1\nrun = {run:?}\n"));
        fixture
    }

    /// A file of the solution that may be executed.
    pub(crate) fn script(&self, name: &str, text: &str) {
        let path = self.solution().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(crate) fn toml(&self, text: &str) {
        fs::write(self.solution().join("proctor.toml"), text).unwrap();
    }

    pub(crate) fn solution(&self) -> PathBuf {
        self.folder.path().join("solution")
    }

    fn temporary(&self) -> PathBuf {
        self.folder.path().join("tmp")
    }

    /// The exercise's program, to be run on this solution.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.toy();
        command.arg("verify").arg(self.solution()).args(args);
        command
    }

    /// The exercise's program on this fixture, without a command.
    pub(crate) fn toy(&self) -> Command {
        let mut command = Command::new(example(self.exercise));
        command
            // So that no line depends on where this was built.
            .arg0(self.exercise)
            .env("TMPDIR", self.temporary())
            .env(MARK, &self.mark)
            .env_remove("CI")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if !self.namespaces {
            command.env("PROCTOR_CONTAINMENT", "subreaper");
        }
        command
    }

    /// Runs it to its end, within two minutes, and holds it to leaving nothing behind.
    #[track_caller]
    pub(crate) fn run(&self, args: &[&str]) -> Said {
        let said = self.finish(self.command(args).spawn().unwrap());
        self.holds_nothing();
        said
    }

    /// Waits for the end of a run.
    #[track_caller]
    pub(crate) fn finish(&self, child: Child) -> Said {
        let pid = rustix::process::Pid::from_child(&child);
        let (done, wait) = mpsc::channel();
        std::thread::spawn(move || done.send(child.wait_with_output()));
        let Ok(output) = wait.recv_timeout(Duration::from_secs(120)) else {
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
            panic!("proctor itself hangs");
        };
        self.said(output.unwrap())
    }

    fn said(&self, output: Output) -> Said {
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        Said { code: output.status.code(), text: self.normalised(&text) }
    }

    /// No process of the run lives, and its temporary folder is empty.
    #[track_caller]
    pub(crate) fn holds_nothing(&self) {
        self.no_process_within(Duration::ZERO);
        let left: Vec<_> =
            fs::read_dir(self.temporary()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(left.is_empty(), "left behind: {left:?}");
    }

    /// All processes of the run are gone within this time.
    #[track_caller]
    pub(crate) fn no_process_within(&self, patience: Duration) {
        if let Err(last) = poll(patience, || {
            let left = self.processes();
            if left.is_empty() { Ok(()) } else { Err(left) }
        }) {
            panic!("still running: {last:?}");
        }
    }

    /// The names of the run's living processes.
    pub(crate) fn processes(&self) -> Vec<String> {
        // The mark reaches proctor alone: what it starts keeps its folder for temporary files.
        let marks = [
            format!("{MARK}={}", self.mark).into_bytes(),
            [b"TMPDIR=", self.temporary().as_os_str().as_encoded_bytes()].concat(),
        ];
        let marked = |pid: &Path| {
            let environ = fs::read(pid.join("environ")).unwrap_or_default();
            environ.split(|&byte| byte == 0).any(|entry| marks.iter().any(|mark| entry.starts_with(mark)))
        };
        let all = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
        all.filter(|pid| marked(pid)).filter_map(|pid| fs::read_to_string(pid.join("comm")).ok()).collect()
    }

    /// How many folders the run holds in its temporary folder.
    pub(crate) fn folders(&self) -> usize {
        fs::read_dir(self.temporary()).unwrap().count()
    }

    /// What differs from run to run, taken out.
    fn normalised(&self, text: &str) -> String {
        let text = text
            .replace(example("echo-server").to_str().unwrap(), "echo-server")
            .replace(example(self.exercise).to_str().unwrap(), self.exercise)
            .replace(self.folder.path().to_str().unwrap(), "[fixture]");
        let replace = |text: String, pattern: &str, with: &str| {
            Regex::new(pattern).unwrap().replace_all(&text, with).into_owned()
        };
        // Where a command goes on depends on the length of the fixture's path.
        let text = replace(text, r" \\\n +", " ");
        let text = replace(text, r"(LISTEN_ADDR=|it listened at )127\.0\.0\.1:\d+", "${1}127.0.0.1:[port]");
        let text = replace(text, r" +\d+(\.\d)? (ms|s)\b", " [time]");
        let text = replace(text, r"it held \d+ MiB", "it held [some] MiB");
        let text = replace(text, r"there were \d+", "there were [some]");
        replace(text, r"(?m)^Level +Verdict.*\n.*─\n", "[table]\n")
    }
}

/// What a run said, and its exit code.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) text: String,
}

/// Asks again until it holds or the patience ends.
pub(crate) fn poll<T, E>(patience: Duration, mut ask: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    let until = Instant::now() + patience;
    loop {
        match ask() {
            Err(_) if Instant::now() < until => std::thread::park_timeout(Duration::from_millis(5)),
            answer => return answer,
        }
    }
}

/// A program of `examples`, which cargo builds beside these tests.
pub(crate) fn example(name: &str) -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let program = tests.parent().unwrap().parent().unwrap().join("examples").join(name);
    assert!(
        program.is_file(),
        "{} is missing: run these tests with `cargo test -p proctor-harness`",
        program.display()
    );
    program
}
