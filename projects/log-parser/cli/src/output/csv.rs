//! Comma-separated values as RFC 4180 has them, but for the plain newlines.
//!
//! Keys are as they are in the log, also where one begins with `=` or `-`: programs read this, and a sign put
//! before a key would make it another. Whoever opens it in a spreadsheet imports the column as text.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Answer, label};

/// A header, and a group a line; the count alone where there are no groups.
pub(super) fn write(answer: &Answer<'_>, output: &mut impl Write) -> io::Result<()> {
    let Some((summary, groups)) = answer.groups() else {
        return writeln!(output, "counted\n{}", answer.tally.ledger.counted);
    };
    // A column of its own only where counts may be short.
    let error =
        if summary.error > 0 { (",error", format!(",{}", summary.error)) } else { ("", String::new()) };
    writeln!(output, "{},count{}", summary.by.name(), error.0)?;
    for group in groups {
        writeln!(output, "{},{}{}", quoted(&label(&group.key)), group.count, error.1)?;
    }
    Ok(())
}

/// In quotes where it needs them.
fn quoted(value: &str) -> Cow<'_, str> {
    if value.contains([',', '"', '\r', '\n']) {
        Cow::Owned(format!("\"{}\"", value.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(value)
    }
}
