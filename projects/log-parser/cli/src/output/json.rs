//! One JSON object, or one a line.

use std::io::{self, Write};

use serde_json::{Value, json};

use log_parser::{Group, Summary};

use super::{Answer, label};

/// Everything in one object.
pub(super) fn write(answer: &Answer<'_>, output: &mut impl Write) -> io::Result<()> {
    let ledger = &answer.tally.ledger;
    let mut object = json!({ "request": answer.request, "counted": ledger.counted, "ledger": ledger });
    if let Some((summary, groups)) = answer.groups() {
        object["by"] = json!(summary.by.name());
        object["groups"] = groups.iter().map(|group| one(summary, group)).collect();
        object["not_listed"] = json!(not_listed(answer));
        object["error"] = json!(summary.error);
    }
    writeln!(output, "{object}")
}

/// A group a line; the count alone where there are no groups.
pub(super) fn write_lines(answer: &Answer<'_>, output: &mut impl Write) -> io::Result<()> {
    let Some((summary, groups)) = answer.groups() else {
        return writeln!(output, "{}", json!({ "counted": answer.tally.ledger.counted }));
    };
    for group in groups {
        let mut object = one(summary, group);
        if summary.error > 0 {
            object["error"] = json!(summary.error);
        }
        writeln!(output, "{object}")?;
    }
    Ok(())
}

fn one(summary: &Summary, group: &Group) -> Value {
    json!({ summary.by.name(): label(&group.key), "count": group.count })
}

/// How many counted requests are in no group that is listed.
pub(super) fn not_listed(answer: &Answer<'_>) -> u64 {
    let listed: u64 = answer.groups().map_or(0, |(_, groups)| groups.iter().map(|group| group.count).sum());
    answer.tally.ledger.counted - listed
}
