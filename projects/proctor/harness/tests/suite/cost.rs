//! What the supervisor adds to a start. A measurement, so it runs when it is asked for: `make bench`.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use proctor_harness::{Check, Exercise, Level, Options, Solution, Trial, Verdict, judge_solution};

const STARTS: u32 = 500;

static STARTING: Exercise = Exercise {
    name: "starting",
    title: "",
    brief: "- **ST-1.1** It starts.",
    levels: &[Level { number: 1, title: "" }],
    checks: &[Check::new("starts", "ST-1.1", Duration::from_secs(120), start_often)],
    needs: &[],
};

fn start_often(trial: &mut Trial<'_>) -> Verdict {
    for _ in 0..STARTS {
        trial.program().run()?;
    }
    Ok(())
}

#[test]
#[ignore = "a measurement: `make bench`"]
fn cost_of_a_start() {
    let solution = Solution::new(Path::new("."), 1, ["true"]);
    let report = judge_solution(&STARTING, &solution, &Options { jobs: 1, ..Options::default() }).unwrap();
    assert!(report.holds());
    let start = Instant::now();
    for _ in 0..STARTS {
        Command::new("true").output().unwrap();
    }
    let bare = start.elapsed() / STARTS;
    let supervised = report.elapsed / STARTS;
    writeln!(std::io::stdout(), "a start costs {supervised:.2?} under proctor, {bare:.2?} bare").unwrap();
}
