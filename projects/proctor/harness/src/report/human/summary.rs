//! The table of levels and the one sentence.

use super::duration;
use crate::report::screen::{Screen, Tone};
use crate::report::table::table;
use crate::{Exercise, Level, Outcome, Report};

/// Shows the end of a judgement.
pub(crate) fn summary(screen: &mut Screen, exercise: &Exercise, report: &Report) {
    screen.gap();
    if !report.single {
        let rows: Vec<Vec<String>> = exercise.levels.iter().map(|level| row(level, report)).collect();
        let head = ["Level", "Verdict", "Passed", "Failed", "Skipped", "Time"];
        let width = screen.width();
        screen.lines(table(&head, &rows, &[2, 3, 4, 5], width));
        screen.gap();
    }
    let tone = if report.holds() { Tone::Good } else { Tone::Bad };
    screen.sentence(tone, &report.sentence());
}

fn row(level: &Level, report: &Report) -> Vec<String> {
    let of_level = || report.outcomes.iter().filter(|outcome| outcome.level == level.number);
    let tally = report.tally(Some(level.number));
    let none = of_level().next().is_none();
    let verdict = if none && level.number <= report.claimed {
        "not judged"
    } else if none {
        "not claimed"
    } else if of_level().any(Outcome::counts_against) {
        "failed"
    } else if tally.passed == 0 {
        "skipped"
    } else if tally.skipped > 0 {
        "partly skipped"
    } else {
        "passed"
    };
    let time = of_level().map(|outcome| outcome.elapsed).sum();
    let mut row = vec![format!("{}  {}", level.number, level.title), verdict.to_owned()];
    row.extend([tally.passed, tally.failed, tally.skipped].map(|count| count.to_string()));
    row.push(if none { "–".to_owned() } else { format!("{:>7}", duration(time)) });
    row
}
