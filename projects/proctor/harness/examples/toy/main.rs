//! A toy exercise, whole: what an `acceptance` crate holds, in one file. The harness's own tests judge with it.

use std::env;
use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use proctor_harness::{Check, Exercise, Failure, Invocation, Level, Stop, Trial, Verdict};

/// The exercise: its brief, its levels, its checks.
static EXERCISE: Exercise = Exercise {
    name: "toy",
    title: "Add numbers, one a line",
    brief: include_str!("README.md"),
    levels: &[
        Level { number: 1, title: "Add them" },
        Level { number: 2, title: "Survive what is no number" },
    ],
    checks: &[
        Check::new("sum", "TO-1.1", SHORT, sum),
        Check::new("no-lines", "TO-1.2", SHORT, no_lines),
        Check::new("other-lines", "TO-2.1", SHORT, other_lines),
        Check::new("long-input", "TO-2.2", LONG, long_input),
        Check::new("numbers-file", "TO-2.3", SHORT, numbers_file),
    ],
    needs: &[],
};

const SHORT: Duration = Duration::from_secs(3);
const LONG: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    proctor_harness::program(&[&EXERCISE])
}

fn sum(trial: &mut Trial<'_>) -> Verdict {
    let numbers: Vec<u32> = (0..20).map(|_| trial.rng().u32(0..1000)).collect();
    if holds(trial, &numbers)? {
        return Ok(());
    }
    let numbers = trial.shrink(numbers, 40, |fewer| matches!(holds(trial, fewer), Ok(false)));
    expect(trial, &lines(&numbers), numbers.iter().sum())
}

fn no_lines(trial: &mut Trial<'_>) -> Verdict {
    expect(trial, "", 0)
}

fn other_lines(trial: &mut Trial<'_>) -> Verdict {
    let number = trial.rng().u32(1..1000);
    expect(trial, &format!("x\n{number}\n\u{16}\n"), number)
}

fn long_input(trial: &mut Trial<'_>) -> Verdict {
    expect(trial, &"1\n".repeat(1_000_000), 1_000_000)
}

fn numbers_file(trial: &mut Trial<'_>) -> Verdict {
    let Some(path) = env::var_os("TOY_NUMBERS") else {
        return Err(Stop::Skipped("TOY_NUMBERS names no file".to_owned()));
    };
    let input = fs::read_to_string(path).map_err(|error| Stop::Skipped(error.to_string()))?;
    let sum = input.lines().filter_map(|line| line.parse::<u32>().ok()).sum();
    let wrong = answer(trial, &input, sum)?;
    wrong.map_or(Ok(()), |failure| Err(failure.file("numbers", input).into()))
}

fn holds(trial: &Trial<'_>, numbers: &[u32]) -> Result<bool, Stop> {
    let finished = program(trial).stdin(lines(numbers)).run()?;
    Ok(finished.stdout == format!("{}\n", numbers.iter().sum::<u32>()).into_bytes())
}

/// The program within limits that suit an addition.
fn program<'t>(trial: &'t Trial<'_>) -> Invocation<'t> {
    trial.program().memory(64 << 20).output(1 << 20).processes(32)
}

fn expect(trial: &Trial<'_>, input: &str, sum: u32) -> Verdict {
    let wrong = answer(trial, input, sum)?;
    wrong.map_or(Ok(()), |failure| Err(failure.input(input).into()))
}

/// What is wrong with the program's answer, if anything.
fn answer(trial: &Trial<'_>, input: &str, sum: u32) -> Result<Option<Failure>, Stop> {
    let finished = program(trial).stdin(input).run()?;
    let expected = format!("{sum}\n");
    if finished.stdout == expected.as_bytes() {
        return Ok(None);
    }
    let actual = String::from_utf8_lossy(&finished.stdout);
    Ok(Some(finished.failure(expected, format!("{actual}it {}", finished.ending))))
}

fn lines(numbers: &[u32]) -> String {
    numbers.iter().map(|number| format!("{number}\n")).collect()
}
