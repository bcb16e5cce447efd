//! JUnit XML: a suite for each level, a case for each check.

use std::fmt::Write as _;
use std::time::Duration;

use crate::{Exercise, Failure, Judged, Outcome, Report, escape};

/// The report as JUnit XML.
pub(crate) fn junit(exercise: &Exercise, report: &Report) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let attributes = counts(&report.outcomes.iter().collect::<Vec<_>>(), report.elapsed);
    line(&mut xml, format_args!("<testsuites name=\"{}\"{attributes}>", text(exercise.name)));
    for level in exercise.levels {
        let of_level: Vec<_> =
            report.outcomes.iter().filter(|outcome| outcome.level == level.number).collect();
        if of_level.is_empty() {
            continue;
        }
        let time = of_level.iter().map(|outcome| outcome.elapsed).sum();
        let name = text(&format!("{} level {}: {}", exercise.name, level.number, level.title));
        line(&mut xml, format_args!("  <testsuite name=\"{name}\"{}>", counts(&of_level, time)));
        of_level.iter().for_each(|outcome| case(&mut xml, exercise, outcome));
        line(&mut xml, format_args!("  </testsuite>"));
    }
    line(&mut xml, format_args!("</testsuites>"));
    xml
}

fn case(xml: &mut String, exercise: &Exercise, outcome: &Outcome) {
    let (name, class) = (text(outcome.check), text(&format!("{}.{}", exercise.name, outcome.requirement)));
    let head = format!(
        "    <testcase name=\"{name}\" classname=\"{class}\" time=\"{:.3}\"",
        outcome.elapsed.as_secs_f64()
    );
    if matches!(outcome.result, Judged::Passed) && outcome.flaky.is_none() {
        line(xml, format_args!("{head}/>"));
        return;
    }
    line(xml, format_args!("{head}>"));
    match &outcome.result {
        Judged::Passed => {}
        Judged::Failed(failure) => {
            let message = text(&format!("expected {}, actual {}", failure.expected, failure.actual));
            let body = text(&body(exercise, outcome, failure));
            line(xml, format_args!("      <failure message=\"{message}\">{body}</failure>"));
        }
        Judged::Skipped { reason, expected } => {
            let message = text(&format!("skipped: {reason}"));
            let tag = if *expected { "skipped" } else { "failure" };
            line(xml, format_args!("      <{tag} message=\"{message}\"/>"));
        }
    }
    if let Some(earlier) = &outcome.flaky {
        let word = earlier.word();
        line(xml, format_args!("      <flakyFailure message=\"it {word} the time before\"/>"));
    }
    line(xml, format_args!("    </testcase>"));
}

fn body(exercise: &Exercise, outcome: &Outcome, failure: &Failure) -> String {
    let mut lines = Vec::new();
    lines.extend(
        exercise.requirement(outcome.requirement).map(|text| format!("{}: {text}", outcome.requirement)),
    );
    seen(failure, &mut lines);
    lines.extend(failure.stderr.iter().flat_map(|stderr| escape::block(stderr)));
    lines.extend(failure.note.clone());
    for more in &failure.also {
        lines.push(format!("also wrong: expected {}, actual {}", more.expected, more.actual));
        seen(more, &mut lines);
    }
    lines.join("\n")
}

fn seen(failure: &Failure, lines: &mut Vec<String>) {
    lines.extend(failure.command.as_ref().map(|command| format!("command: {command}")));
    if let Some(input) = &failure.input {
        lines.push(format!("input: {}", escape::size(input)));
        lines.extend(escape::block(input));
    }
    for file in &failure.files {
        lines.push(format!("file {}: {}", file.name, escape::size(&file.bytes)));
        lines.extend(escape::block(&file.bytes));
    }
}

fn counts(outcomes: &[&Outcome], time: Duration) -> String {
    let failures = outcomes.iter().filter(|outcome| outcome.counts_against()).count();
    let skipped = |outcome: &&&Outcome| matches!(outcome.result, Judged::Skipped { expected: true, .. });
    let skipped = outcomes.iter().filter(skipped).count();
    let (tests, time) = (outcomes.len(), time.as_secs_f64());
    format!(" tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\" time=\"{time:.3}\"")
}

/// Text that XML can hold, in an attribute too: control characters are escaped first.
fn text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in escape::words(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' => safe.push_str("&#10;"),
            '\t' => safe.push_str("&#9;"),
            c => safe.push(c),
        }
    }
    safe
}

fn line(xml: &mut String, arguments: std::fmt::Arguments<'_>) {
    writeln!(xml, "{arguments}").expect("a String takes all that is written");
}
