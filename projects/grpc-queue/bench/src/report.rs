//! Tables of what was measured, and each aim with whether it is met.

use std::io::{self, Write};

/// A line of a table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    name: String,
    value: f64,
    ratio: f64,
}

impl Row {
    pub(crate) fn new(name: &str, value: f64, ratio: f64) -> Self {
        Self { name: name.to_owned(), value, ratio }
    }
}

/// Writes the rows under a heading.
pub(crate) fn table(out: &mut impl Write, value: &str, ratio: &str, rows: &[Row]) -> io::Result<()> {
    writeln!(out, "{:<32} {value:>14} {ratio:>10}", "")?;
    for row in rows {
        writeln!(out, "{:<32} {:>14.0} {:>10.2}", row.name, row.value, row.ratio)?;
    }
    writeln!(out)
}

/// What is wanted, and what it came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Aim<'a> {
    what: &'a str,
    came_to: f64,
    wanted: f64,
    more_is_better: bool,
}

impl<'a> Aim<'a> {
    /// No less than this; `what` has an ellipsis in place of the figure.
    pub(crate) fn at_least(what: &'a str, came_to: f64, wanted: f64) -> Self {
        Self { what, came_to, wanted, more_is_better: true }
    }

    /// No more than this.
    pub(crate) fn at_most(what: &'a str, came_to: f64, wanted: f64) -> Self {
        Self { what, came_to, wanted, more_is_better: false }
    }

    /// Writes one line.
    pub(crate) fn tell(self, out: &mut impl Write) -> anyhow::Result<()> {
        let met = if self.more_is_better { self.came_to >= self.wanted } else { self.came_to <= self.wanted };
        let verdict = if met { "met" } else { "missed" };
        let bound = if self.more_is_better { "at least" } else { "at most" };
        let said = self.what.replace('…', &number(self.came_to));
        writeln!(out, "{verdict}: {said}, wanted {bound} {}", number(self.wanted))?;
        Ok(())
    }
}

fn number(value: f64) -> String {
    if value < 100.0 { format!("{value:.2}") } else { format!("{value:.0}") }
}

/// The one in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
