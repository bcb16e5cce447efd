//! Tables of lines and what each format makes of them, and properties that hold for every line.

mod aws;
mod combined;
mod detect;
mod json;
mod names;
mod plan;
mod properties;
mod w3c;

use std::borrow::Cow;

use crate::{Record, Request, Time};

use super::{Format, ParseError};

/// Holds what `format` makes of `line` against `expected`: the fields that are set, one `name=value` each,
/// or the text of the error.
#[track_caller]
fn check(format: &dyn Format, line: impl AsRef<[u8]>, expected: &[&str]) {
    let line = line.as_ref();
    assert_eq!(tell(format.parse(line)), expected, "{} of {}", format.name(), line.escape_ascii());
}

fn tell(parsed: Result<Record<'_>, ParseError>) -> Vec<String> {
    let record = match parsed {
        Ok(record) => record,
        Err(error) => return vec![error.to_string()],
    };
    let mut fields = Vec::new();
    let mut add = |name: &str, value: Option<String>| {
        fields.extend(value.map(|value| format!("{name}={value}")));
    };
    let text =
        |value: &Cow<'_, [u8]>| value.escape_ascii().to_string().replace("\\\"", "\"").replace("\\'", "'");
    add("client", (!record.client.is_empty()).then(|| text(&record.client)));
    add("forwarded", record.forwarded.as_ref().map(text));
    add("user", record.user.as_ref().map(text));
    add(
        "time",
        match &record.time {
            Time::None => None,
            Time::Clf(time) => Some(format!("clf {}", text(time))),
            Time::Rfc3339(time) => Some(format!("rfc3339 {}", text(time))),
            Time::DateTime(date, time) => Some(format!("w3c {} {}", text(date), text(time))),
            Time::Micros(micros) => Some(format!("micros {micros}")),
        },
    );
    add(
        "request",
        match &record.request {
            Request::None => None,
            Request::Line(line) => Some(text(line)),
            Request::Split { method, target } => Some(format!("{} | {}", text(method), text(target))),
        },
    );
    add("status", record.status.map(|status| status.to_string()));
    add("bytes", record.bytes.map(|bytes| bytes.to_string()));
    add("referer", record.referer.as_ref().map(text));
    add("agent", record.agent.as_ref().map(text));
    add("host", record.host.as_ref().map(text));
    add("us", record.duration_us.map(|us| us.to_string()));
    fields
}
