//! What a reply's headers ask for: how long to wait before another attempt, and until the limit allows a call.

use std::time::{Duration, SystemTime};

use grpc_queue_acceptance::mutants::Defect;
use http::HeaderMap;

use super::Failed;
use crate::Wrong;

/// A wait that a reply asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// What it asks for.
    pub(super) total: Duration,
    /// What is made of that: in a correct program, the same.
    pub(super) wait: Duration,
}

impl Failed {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        text(&self.headers, name)
    }

    /// The wait that the reply asks for, if it does.
    pub(super) fn asks_for(&self, wrong: Wrong) -> Option<Asked> {
        let milliseconds = || {
            let milliseconds = self.header("retry-after-ms")?.trim().parse().ok()?;
            let wait = Duration::from_millis(milliseconds);
            Some(Asked { total: wait, wait })
        };
        let later = || seconds_or_date(self.header("retry-after")?.trim(), wrong);
        if wrong.is(Defect::SecondsFirst) {
            later().or_else(milliseconds)
        } else {
            milliseconds().or_else(later)
        }
    }
}

fn seconds_or_date(value: &str, wrong: Wrong) -> Option<Asked> {
    if let Ok(seconds) = value.parse() {
        let total = Duration::from_secs(seconds);
        let most = Duration::from_millis(500);
        let wait = if wrong.is(Defect::SecondsCapped) { total.min(most) } else { total };
        return Some(Asked { total, wait });
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let total = date.duration_since(SystemTime::now()).unwrap_or_default();
    let less = Duration::from_secs(if wrong.is(Defect::DateTooSoon) { 1 } else { 0 });
    Some(Asked { total, wait: total.saturating_sub(less) })
}

/// How long no further call may begin, by a reply's headers.
pub(super) fn closed_for(headers: &HeaderMap, wrong: Wrong) -> Option<Duration> {
    let remaining = text(headers, "x-ratelimit-remaining-requests")?;
    if wrong.is(Defect::ResetUnread) || (remaining.trim() != "0" && !wrong.is(Defect::ResetAlways)) {
        return None;
    }
    span(text(headers, "x-ratelimit-reset-requests")?.trim(), wrong)
}

/// As in `1s`, `6m0s`, `20ms`.
fn span(value: &str, wrong: Wrong) -> Option<Duration> {
    let mut total = Duration::ZERO;
    let mut rest = value;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, unit) = rest.split_at(digits);
        let letters = unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len());
        let seconds = match &unit[..letters] {
            "ms" => 0.001,
            "s" => 1.0,
            "m" if wrong.is(Defect::MinutesUnread) => return None,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        total += Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()?;
        rest = &unit[letters..];
    }
    Some(total)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
