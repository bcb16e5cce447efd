//! Hostile programs get their verdict in time. They run in a container with limits, never on the machine itself.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::fixture::{Fixture, example};
use crate::skipped::skipped;

/// Time within which proctor has to reach its verdict, where no one else uses the machine.
const VERDICT_TIMEOUT: Duration = Duration::from_secs(3);
/// Verdicts that may be late before one is in time.
const MAX_ATTEMPTS: usize = 3;
/// Processors of the container.
const CPUS: &str = "0.8";
/// Work in the container, and its wall and processor time in milliseconds: others may be busy on the machine.
const WORK: &str = "work() { w=$(date +%s%N); c=$(ticks); i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; \
     echo work $(( ($(date +%s%N) - w) / 1000000 )) $(( ($(ticks) - c) * 10 )); }; \
     ticks() { set -- $(cat /proc/$$/stat); echo $((${14} + ${15})); }; ";
/// An image with a shell and a C library that this build runs on.
const IMAGES: [&str; 2] = ["workspace/debian:trixie", "debian:trixie"];

/// A fork bomb: every process forks two more.
const BOMB: &str = "b(){ b|b& }; b; sleep 20";
/// Fifty chains of processes that fork and exit.
const CHAINS: &str = "c(){ (c &) ; }; i=0; while [ $i -lt 50 ]; do c & i=$((i+1)); done; sleep 20";
/// The same, each in a session of its own.
const SESSIONS: &str =
    "i=0; while [ $i -lt 50 ]; do setsid sh -c 'c(){ (c &) ; }; c' & i=$((i+1)); done; sleep 20";

/// An image that is here already or can be fetched, or why there is none.
fn image() -> Result<&'static str, String> {
    let here = |image: &&&str| {
        let inspect = Command::new("docker").args(["image", "inspect", image]).output();
        inspect.is_ok_and(|output| output.status.success())
    };
    let fetch = |image: &&&str| {
        let pull = Command::new("docker").args(["pull", "--quiet", image]).output();
        pull.is_ok_and(|output| output.status.success())
    };
    let found =
        IMAGES.iter().find(here).or_else(|| IMAGES.iter().filter(|image| !image.contains('/')).find(fetch));
    found.copied().ok_or_else(|| format!("docker has none of {}", IMAGES.join(", ")))
}

/// How much longer everything takes than on an idle machine, from 1: the busier of the two measurements counts.
fn load(text: &str) -> f64 {
    let cpus: f64 = CPUS.parse().unwrap();
    let factor = |line: &str| {
        let mut times = line.split(' ').map(|time| time.parse::<f64>().unwrap());
        times.next().unwrap() / times.next().unwrap().max(10.0) * cpus
    };
    let measured: Vec<f64> = text.lines().filter_map(|line| line.strip_prefix("work ")).map(factor).collect();
    assert_eq!(measured.len(), 2, "{text}");
    measured.into_iter().fold(1.0, f64::max)
}

/// The time that proctor took in the container, as on an idle machine, and what it said.
fn judged(image: &str, script: &str, options: &[&str]) -> (Duration, String) {
    let fixture = Fixture::new(script, "");
    let toy = example("toy");
    let volume = |path: &Path, at: &str| format!("{}:{at}:ro", path.display());
    let start = "work; start=$(date +%s%N); /toy verify /solution --check no-lines; \
                 took=$(( ($(date +%s%N) - start) / 1000000 )); work; echo took $took";
    let output = Command::new("docker")
        .args([
            "run",
            "--rm",
            "--init",
            "--pids-limit",
            "5000",
            "--cpus",
            CPUS,
            "--memory",
            "1g",
            "--network",
            "none",
        ])
        .args(options)
        .args(["-v", &volume(&toy, "/toy"), "-v", &volume(&fixture.solution(), "/solution")])
        .args([image, "sh", "-c", &format!("{WORK}{start}")])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let took = text.lines().find_map(|line| line.strip_prefix("took ")?.parse().ok());
    let took = Duration::from_millis(took.unwrap_or_else(|| panic!("{text}")));
    (took.div_f64(load(&text)), text)
}

#[test]
fn a_fork_bomb_gets_its_verdict_in_time_with_and_without_namespaces() {
    let image = match image() {
        Ok(image) => image,
        Err(reason) => return skipped("docker", &reason),
    };
    let unprivileged: &[&str] = &[];
    let other_user: &[&str] = &["--user", "1000:1000"];
    let namespaces: &[&str] = &["--cap-add", "SYS_ADMIN", "--security-opt", "apparmor=unconfined"];
    for options in [unprivileged, other_user, namespaces] {
        for (script, expected) in [(BOMB, "at most 32 processes"), (CHAINS, "actual"), (SESSIONS, "actual")] {
            in_time(image, script, options, expected);
        }
    }
}

/// Judges until a verdict comes in time, [`MAX_ATTEMPTS`] times at most. The load that is measured is that of a moment
/// before: a machine that gets busy just then makes a verdict late. One that was in time only later is reported.
#[track_caller]
fn in_time(image: &str, script: &str, options: &[&str], expected: &str) {
    let mut late = Vec::new();
    for _ in 0..MAX_ATTEMPTS {
        let (took, text) = judged(image, script, options);
        assert!(text.contains(expected), "{options:?} {script}: {text}");
        if took < VERDICT_TIMEOUT {
            if !late.is_empty() {
                writeln!(io::stderr(), "flaky: {options:?} {script}: in time only after {late:?}").ok();
            }
            return;
        }
        late.push(took);
    }
    panic!("{options:?} {script}: the verdicts took {late:?}");
}
