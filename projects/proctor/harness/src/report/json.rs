//! `results.json`, version 2: for build servers, dashboards and scorecards.
//!
//! Bytes are escaped text as in the human form, since JSON has none.

use std::time::Duration;

use serde::Serialize;

use crate::{Exercise, Failure, Input, Judged, Outcome, Report, escape};

#[derive(Serialize)]
struct Results<'r> {
    version: u32,
    exercise: &'r str,
    solution: &'r str,
    seed: u64,
    level_claimed: u8,
    level_judged: u8,
    level_reached: u8,
    levels: u8,
    holds: bool,
    summary: String,
    elapsed_ms: u64,
    checks: Vec<Entry<'r>>,
}

#[derive(Serialize)]
struct Entry<'r> {
    name: &'r str,
    requirement: &'r str,
    requirement_text: Option<String>,
    level: u8,
    elapsed_ms: u64,
    /// It ended otherwise the time before, in this way.
    #[serde(skip_serializing_if = "Option::is_none")]
    flaky: Option<Box<End<'r>>>,
    #[serde(flatten)]
    end: End<'r>,
}

#[derive(Serialize)]
struct End<'r> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Details<'r>>,
}

#[derive(Serialize)]
struct Details<'r> {
    command: Option<&'r str>,
    input: Option<String>,
    input_bytes: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<File<'r>>,
    expected: &'r str,
    actual: &'r str,
    stderr: Option<String>,
    note: Option<&'r str>,
    kept: Option<&'r str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<Self>,
}

#[derive(Serialize)]
struct File<'r> {
    name: &'r str,
    text: String,
    bytes: usize,
}

/// The report as JSON with a newline at the end.
pub(crate) fn json(exercise: &Exercise, report: &Report) -> String {
    let results = Results {
        version: 2,
        exercise: report.exercise,
        solution: &report.solution,
        seed: report.seed,
        level_claimed: report.claimed,
        level_judged: report.judged,
        level_reached: if report.single { 0 } else { report.reached() },
        levels: report.levels,
        holds: report.holds(),
        summary: report.sentence(),
        elapsed_ms: millis(report.elapsed),
        checks: report.outcomes.iter().map(|outcome| entry(exercise, outcome)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&results).expect("strings and numbers always serialise");
    text.push('\n');
    text
}

fn entry<'r>(exercise: &Exercise, outcome: &'r Outcome) -> Entry<'r> {
    Entry {
        name: outcome.check,
        requirement: outcome.requirement,
        requirement_text: exercise.requirement(outcome.requirement),
        level: outcome.level,
        elapsed_ms: millis(outcome.elapsed),
        flaky: outcome.flaky.as_ref().map(|earlier| Box::new(end(earlier))),
        end: end(&outcome.result),
    }
}

fn end(result: &Judged) -> End<'_> {
    let (status, reason, failure) = match result {
        Judged::Passed => ("passed", None, None),
        Judged::Failed(failure) => ("failed", None, Some(details(failure))),
        Judged::Skipped { reason, .. } => ("skipped", Some(reason.as_str()), None),
    };
    End { status, reason, failure }
}

fn details(failure: &Failure) -> Details<'_> {
    let block = |bytes: &Vec<u8>| escape::block(bytes).join("\n");
    Details {
        command: failure.command.as_deref(),
        input: failure.input.as_ref().map(block),
        input_bytes: failure.input.as_ref().map(Vec::len),
        files: failure.files.iter().map(file).collect(),
        expected: &failure.expected,
        actual: &failure.actual,
        stderr: failure.stderr.as_ref().map(block),
        note: failure.note.as_deref(),
        kept: failure.kept.as_deref(),
        also: failure.also.iter().map(details).collect(),
    }
}

fn file(input: &Input) -> File<'_> {
    File { name: &input.name, text: escape::block(&input.bytes).join("\n"), bytes: input.bytes.len() }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
