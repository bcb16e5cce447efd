//! Output for people: aligned columns, and the ledger as a sentence.

use std::io::{self, Write};

use log_parser::{CapacityLimit, GroupBy, Key, Summary};

use super::json::not_listed;
use super::sparkline::sparkline;
use super::{Answer, label};

/// The groups with their share, then the sentence. The sparkline is for terminals.
pub(super) fn write(answer: &Answer<'_>, terminal: bool, output: &mut impl Write) -> io::Result<()> {
    if let Some(request) = answer.request {
        writeln!(output, "{request}\n")?;
    }
    if let Some((summary, groups)) = answer.groups() {
        if let Some(bars) = sparkline(summary).filter(|_| terminal) {
            writeln!(output, "{bars}\n")?;
        }
        let counted = answer.tally.ledger.counted;
        let rows = groups
            .iter()
            .map(|group| (grouped(group.count), share(group.count, counted), shown(summary, &group.key)));
        let rows: Vec<(String, String, String)> = rows.collect();
        let width = rows.iter().map(|row| row.0.len()).max().unwrap_or(0).max("count".len());
        writeln!(output, "{:>width$}  {:>7}  {}", "count", "share", summary.by.name())?;
        for (count, share, key) in rows {
            writeln!(output, "{count:>width$}  {share:>7}  {key}")?;
        }
        writeln!(output)?;
        notes(answer, summary, output)?;
    }
    writeln!(output, "{}", sentence(answer))
}

/// What the list leaves out, and how exact it is.
fn notes(answer: &Answer<'_>, summary: &Summary, output: &mut impl Write) -> io::Result<()> {
    let rest = not_listed(answer);
    if rest > 0 {
        writeln!(output, "{} more in other groups", grouped(rest))?;
    }
    if let Some(full) = summary.full {
        let exact = match full {
            CapacityLimit::Groups(groups) => format!("{} groups", grouped(groups as u64)),
            CapacityLimit::Text(bytes) => {
                format!("groups of {} KiB of text in all", grouped(bytes as u64 >> 10))
            }
        };
        let error = grouped(summary.error);
        writeln!(output, "each count may be up to {error} short: only {exact} are counted exactly")?;
    }
    Ok(())
}

fn sentence(answer: &Answer<'_>) -> String {
    let ledger = &answer.tally.ledger;
    let parts = [
        (ledger.not_matched, "not matched"),
        (ledger.own, "own"),
        (ledger.bot, "bots"),
        (ledger.malformed, "malformed"),
    ];
    let parts: Vec<String> =
        parts.iter().map(|(count, name)| format!("{} {name}", grouped(*count))).collect();
    format!("{} counted of {} lines: {}", grouped(ledger.counted), grouped(ledger.lines), parts.join(", "))
}

/// Keys in one line each, with nothing that a terminal would obey.
fn shown(summary: &Summary, key: &Key) -> String {
    match (summary.by, key) {
        (GroupBy::Hour, Key::Time(Some(_))) => label(key).replace(":00:00Z", ":00Z"),
        (GroupBy::Day, Key::Time(Some(_))) => label(key).replace("T00:00:00Z", ""),
        (_, Key::Time(_)) => "(no time)".to_owned(),
        (_, Key::Text(_)) => label(key),
    }
}

/// `1,234,567`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn share(count: u64, of: u64) -> String {
    // Tenths of a percent, rounded, without a detour over floating point.
    let tenths = (u128::from(count) * 2000 + u128::from(of)) / (u128::from(of.max(1)) * 2);
    format!("{}.{} %", tenths / 10, tenths % 10)
}
