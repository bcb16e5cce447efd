//! What every fuzz target holds a format to: it does not panic, the values of a record that it borrows lie
//! in the line, and an error points somewhere in the line.

use std::borrow::Cow;

use log_parser::format::Format;
use log_parser::{Record, Request, Time};

/// Reads every line of `data`, the fields of a stateful format changing on the way.
pub fn read(format: &dyn Format, data: &[u8]) {
    let mut changed: Option<Box<dyn Format>> = None;
    for line in data.split(|byte| *byte == b'\n') {
        let current = changed.as_deref().unwrap_or(format);
        match current.parse(line) {
            Ok(record) => check(line, &record),
            Err(error) => assert!(error.at <= line.len(), "{error}"),
        }
        if let Some(next) = current.successor(line) {
            assert!(format.stateful());
            changed = Some(next);
        }
    }
}

/// Splits off a format string that the line begins with: the data up to the first zero byte.
pub fn string_and_lines(data: &[u8]) -> Option<(&str, &[u8])> {
    let zero = data.iter().position(|byte| *byte == 0)?;
    Some((std::str::from_utf8(&data[..zero]).ok()?, &data[zero + 1..]))
}

fn check(line: &[u8], record: &Record<'_>) {
    let lies_within = |value: &Cow<'_, [u8]>| {
        let Cow::Borrowed(value) = value else { return };
        let (line, range) = (line.as_ptr_range(), value.as_ptr_range());
        assert!(value.is_empty() || line.start <= range.start && range.end <= line.end);
    };
    lies_within(&record.client);
    let optional = [&record.forwarded, &record.user, &record.referer, &record.agent, &record.host];
    optional.into_iter().flatten().for_each(lies_within);
    match &record.time {
        Time::Clf(time) | Time::Rfc3339(time) => lies_within(time),
        Time::DateTime(date, time) => [date, time].into_iter().for_each(lies_within),
        Time::None | Time::Micros(_) => {}
    }
    match &record.request {
        Request::Line(line) => lies_within(line),
        Request::Split { method, target } => [method, target].into_iter().for_each(lies_within),
        Request::None => {}
    }
    assert!(record.status.is_none_or(|status| status < 1000));
}
