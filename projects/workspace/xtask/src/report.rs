//! How lanes end, and the table that says so.

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

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

/// Prints the table, and as the last line the three counts alone.
///
/// # Errors
///
/// When `out` can't be written to.
pub fn table(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    writeln!(out)?;
    writeln!(out, "{:<12} {:<14} {:>7}", "lane", "verdict", "time")?;
    for row in rows {
        write!(out, "{:<12} {:<14} {:>5} s", row.name, row.verdict, row.time.as_secs())?;
        match &row.verdict {
            Verdict::Passed => writeln!(out)?,
            Verdict::Failed(why) | Verdict::Skipped(why) => writeln!(out, "  {why}")?,
        }
    }
    let count = |wanted: fn(&Verdict) -> bool| rows.iter().filter(|row| wanted(&row.verdict)).count();
    writeln!(out)?;
    writeln!(
        out,
        "{} passed, {} failed, {} skipped",
        count(|v| *v == Verdict::Passed),
        count(|v| matches!(v, Verdict::Failed(_))),
        count(|v| matches!(v, Verdict::Skipped(_))),
    )
}
