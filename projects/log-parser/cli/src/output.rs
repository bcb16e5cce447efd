//! Answers as tables, JSON, NDJSON and CSV.

mod csv;
mod json;
mod sparkline;
mod table;
#[cfg(test)]
mod tests;

use std::io::{self, IsTerminal, Write};

use jiff::SignedDuration;
use jiff::civil::DateTime;
use log_parser::{Group, Key, Summary, Tally, show_apart};

use crate::args::Output;

/// What is to be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer<'a> {
    /// The request that was asked for.
    pub(crate) request: Option<&'a str>,
    /// What was found.
    pub(crate) tally: &'a Tally,
    /// No more groups than this.
    pub(crate) limit: usize,
}

/// Writes an answer.
pub(crate) fn write(answer: &Answer<'_>, how: Output, output: &mut impl Write) -> io::Result<()> {
    match how {
        Output::Table => table::write(answer, io::stdout().is_terminal(), output),
        Output::Json => json::write(answer, output),
        Output::Ndjson => json::write_lines(answer, output),
        Output::Csv => csv::write(answer, output),
    }
}

impl<'a> Answer<'a> {
    /// The groups to list, where there are groups: the first hours, or the largest of others.
    fn groups(&self) -> Option<(&'a Summary, &'a [Group])> {
        let summary = self.tally.groups.as_ref()?;
        Some((summary, &summary.groups[..self.limit.min(summary.groups.len())]))
    }
}

/// A key as text: times in UTC, `-` where there is none. What does not print is escaped whatever the output,
/// and backslashes are doubled, so that no two keys look the same.
fn label(key: &Key) -> String {
    match key {
        Key::Time(None) => "-".to_owned(),
        Key::Time(Some(micros)) => moment(*micros),
        Key::Text(bytes) => show_apart(bytes),
    }
}

/// In UTC. Timestamps end a day before the calendar does, because a zone might carry them past it.
fn moment(micros: i64) -> String {
    let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    epoch
        .checked_add(SignedDuration::from_micros(micros))
        .map_or_else(|_| "-".to_owned(), |time| format!("{time}Z"))
}
