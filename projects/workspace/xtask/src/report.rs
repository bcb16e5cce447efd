//! The verdicts of lanes, and the table of them.

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use crate::words::wrap;

/// The width of a terminal that nobody has widened.
const WIDTH: usize = 80;

/// How one lane ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every step did what it should.
    Passed,
    /// A step did not; which, and how.
    Failed(String),
    /// The machine lacks something; what.
    Skipped(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Skipped(_) => "skipped",
        })
    }
}

/// One lane's line in the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// The lane's name.
    pub name: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// Wall time.
    pub time: Duration,
    /// CPU time.
    pub cpu: Duration,
}

/// What makes "skipped" a failure.
#[derive(Clone, Debug, Default)]
pub struct Strictness {
    /// In CI a lane that did not run has to be expected.
    pub ci: bool,
    /// The lanes that may go without.
    pub expected: Vec<String>,
}

impl Strictness {
    /// Turns "skipped" into a failure where nobody expects it.
    #[must_use]
    pub fn judge(&self, name: &str, verdict: Verdict) -> Verdict {
        match verdict {
            Verdict::Skipped(reason) if self.ci && !self.expected.iter().any(|lane| lane == name) => {
                Verdict::Failed(format!("skipped, which CI does not expect: {reason}"))
            }
            verdict => verdict,
        }
    }
}

/// Prints the table, what failed or was skipped and why, and as the last line the three counts alone. `elapsed` is the
/// wall time of all lanes, which is less than their sum where some ran side by side.
///
/// # Errors
///
/// When `out` can't be written to.
pub fn table(out: &mut dyn Write, rows: &[Row], elapsed: Duration) -> io::Result<()> {
    let line = |out: &mut dyn Write, name: &str, verdict: &str, time: Duration, cpu: Duration| {
        writeln!(out, "{name:<12} {verdict:<8} {:>6} s {:>8} s", time.as_secs(), cpu.as_secs())
    };
    writeln!(out)?;
    writeln!(out, "{:<12} {:<8} {:>8} {:>10}", "lane", "verdict", "time", "CPU")?;
    for row in rows {
        line(out, row.name, &row.verdict.to_string(), row.time, row.cpu)?;
    }
    line(out, "all", "", elapsed, rows.iter().map(|row| row.cpu).sum())?;
    writeln!(out)?;
    for row in rows {
        if let Verdict::Failed(why) | Verdict::Skipped(why) = &row.verdict {
            let text = format!("{} {}: {why}", row.name, row.verdict);
            writeln!(out, "{}", wrap(&text, "  ", WIDTH).trim_start())?;
        }
    }
    let count = |wanted: fn(&Verdict) -> bool| rows.iter().filter(|row| wanted(&row.verdict)).count();
    writeln!(
        out,
        "{} passed, {} failed, {} skipped",
        count(|v| *v == Verdict::Passed),
        count(|v| matches!(v, Verdict::Failed(_))),
        count(|v| matches!(v, Verdict::Skipped(_))),
    )
}
