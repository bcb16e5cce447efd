//! Nothing of a run stays: not after Ctrl-C, not after SIGKILL, not after a hundred runs.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::fixture::{Fixture, poll};
use crate::wrong;

const TIMEOUT: Duration = Duration::from_secs(10);

/// Starts a run, waits until `program` lives in it, and sends the signal to proctor.
#[track_caller]
fn signalled(fixture: &Fixture, args: &[&str], program: &str, signal: Signal) -> Option<i32> {
    let child = fixture.command(args).spawn().unwrap();
    poll(TIMEOUT, || {
        let names = fixture.processes();
        if names.iter().any(|name| name.trim() == program) { Ok(()) } else { Err(names) }
    })
    .unwrap();
    let start = Instant::now();
    kill_process(Pid::from_child(&child), signal).unwrap();
    let code = fixture.finish(child).code;
    assert!(start.elapsed() < TIMEOUT, "the signal was no reason to hurry");
    code
}

/// A program that is hard to get rid of, with a daemon beside it.
const STUBBORN: &str = "trap '' INT TERM HUP; setsid sleep 1006 & sleep 1007";

#[test]
fn ctrl_c_ends_a_check_with_130_and_leaves_nothing() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let fixture = Fixture::new(STUBBORN, "");
        assert_eq!(signalled(&fixture, &["--check", "long-input"], "sleep", signal), Some(130));
        fixture.holds_nothing();
    }
}

#[test]
fn ctrl_c_ends_a_build_too() {
    let fixture = Fixture::new("echo 0", "build = [\"sleep\", \"1008\"]\n");
    assert_eq!(signalled(&fixture, &[], "sleep", Signal::INT), Some(130));
    fixture.holds_nothing();
}

#[test]
fn sigkill_leaves_no_process_and_the_next_run_removes_the_folder() {
    let fixture = Fixture::new(STUBBORN, "");
    assert_eq!(signalled(&fixture, &["--check", "long-input"], "sleep", Signal::KILL), None);
    fixture.no_process_within(TIMEOUT);
    assert_eq!(fixture.folders(), 1);
    fixture.run(&["--check", "no-lines", "--level", "1"]);
}

#[test]
fn a_hundred_runs_give_the_same_verdicts_and_leave_nothing() {
    let ways = wrong::all();
    let rounds = 100_usize.div_ceil(ways.len());
    // With namespaces and without in turn, as far as the kernel has them.
    let mut work: Vec<_> = (0..rounds).flat_map(|round| ways.iter().map(move |way| (round, way))).collect();
    assert!(work.len() >= 100);
    // Mixed, so that every kind meets every other.
    fastrand::Rng::with_seed(1).shuffle(&mut work);
    let work = Mutex::new(work);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((round, wrong)) = { work.lock().unwrap().pop() } {
                    let fixture = wrong.fixture();
                    let fixture = if round % 2 == 0 { fixture } else { fixture.without_namespaces() };
                    let said = fixture.run(&["--check", wrong.check]);
                    assert_eq!(said.code, Some(wrong.code), "{}: {}", wrong.name, said.text);
                    assert!(said.text.contains(wrong.verdict), "{}: {}", wrong.name, said.text);
                }
            });
        }
    });
}
