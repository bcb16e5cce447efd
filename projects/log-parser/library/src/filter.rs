//! The conditions on a request besides its method and path: status, method, path pattern, host, time.

use crate::path::PathPattern;
use crate::record::Record;
use crate::request::Parts;
use crate::when::micros;

/// Conditions that must all hold; one that is empty always does.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// Any of these statuses.
    pub statuses: Vec<StatusRange>,
    /// Any of these methods, byte for byte.
    pub methods: Vec<Vec<u8>>,
    /// Any of these patterns matches the path.
    pub paths: Vec<PathPattern>,
    /// Any of these hosts; `*.example.com` for all hosts under one.
    pub hosts: Vec<Vec<u8>>,
    /// Not before this, in microseconds since 1970.
    pub since: Option<i64>,
    /// Before this, in microseconds since 1970.
    pub until: Option<i64>,
}

/// The condition that a record misses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailedFilter {
    /// Its status is another, or not known.
    Status(Option<u16>),
    /// Its method is another.
    Method,
    /// No pattern matches its path.
    Path,
    /// Its host is another, or not known.
    Host,
    /// It lies outside the time asked for, or has no time that can be read.
    Time(Option<i64>),
}

impl Filters {
    /// Is there no condition at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.statuses.is_empty()
            && self.methods.is_empty()
            && self.paths.is_empty()
            && self.hosts.is_empty()
            && self.since.is_none()
            && self.until.is_none()
    }

    /// The first condition that the record misses. `path` is its path, normalized as the query asks.
    #[must_use]
    pub fn first_failed(&self, record: &Record<'_>, parts: &Parts<'_>, path: &[u8]) -> Option<FailedFilter> {
        let any_status =
            || self.statuses.iter().any(|range| record.status.is_some_and(|s| range.contains(s)));
        if !self.statuses.is_empty() && !any_status() {
            return Some(FailedFilter::Status(record.status));
        }
        if !self.methods.is_empty() && !self.methods.iter().any(|method| method == parts.method) {
            return Some(FailedFilter::Method);
        }
        if !self.paths.is_empty() && !self.paths.iter().any(|pattern| pattern.matches(path)) {
            return Some(FailedFilter::Path);
        }
        if !self.hosts.is_empty() && !self.host_matches(record, parts) {
            return Some(FailedFilter::Host);
        }
        if self.since.is_some() || self.until.is_some() {
            let time = micros(&record.time);
            let inside = |time| {
                self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until)
            };
            if !time.is_some_and(inside) {
                return Some(FailedFilter::Time(time));
            }
        }
        None
    }

    fn host_matches(&self, record: &Record<'_>, parts: &Parts<'_>) -> bool {
        let Some(host) = record.host.as_deref().or_else(|| parts.authority()) else { return false };
        let host = without_port(host);
        self.hosts.iter().any(|wanted| match wanted.strip_prefix(b"*") {
            Some(under) => host
                .len()
                .checked_sub(under.len())
                .is_some_and(|start| start > 0 && host[start..].eq_ignore_ascii_case(under)),
            None => host.eq_ignore_ascii_case(wanted),
        })
    }
}

/// `example.com:8080` without the port. The brackets of an IPv6 address stay.
fn without_port(host: &[u8]) -> &[u8] {
    match memchr::memrchr(b':', host) {
        Some(colon) if host[colon + 1..].iter().all(u8::is_ascii_digit) && !host[..colon].contains(&b':') => {
            &host[..colon]
        }
        Some(colon) if host[..colon].ends_with(b"]") => &host[..colon],
        _ => host,
    }
}

/// A range of statuses: `404`, `2xx`, `500-599`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusRange {
    first: u16,
    last: u16,
}

/// Why a text is no status.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid status {text:?}: expected something like 404, 2xx or 500-599")]
pub struct StatusError {
    /// The text.
    pub text: String,
}

impl StatusRange {
    /// Reads a status, class or range.
    ///
    /// # Errors
    /// Where it is none of them.
    pub fn parse(text: &str) -> Result<Self, StatusError> {
        let one = |text: &str| -> Option<Self> {
            let three: [u8; 3] = text.as_bytes().try_into().ok()?;
            let digit = |byte: u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
            let [class, b, c] = three;
            let hundred = digit(class)? * 100;
            if [b, c].iter().all(|byte| matches!(byte, b'x' | b'X')) {
                return Some(Self { first: hundred, last: hundred + 99 });
            }
            let status = hundred + digit(b)? * 10 + digit(c)?;
            Some(Self { first: status, last: status })
        };
        let range = match text.split_once('-') {
            None => one(text),
            Some((first, last)) => {
                one(first).zip(one(last)).map(|(first, last)| Self { first: first.first, last: last.last })
            }
        };
        range.filter(|range| range.first <= range.last).ok_or_else(|| StatusError { text: text.to_owned() })
    }

    fn contains(self, status: u16) -> bool {
        (self.first..=self.last).contains(&status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Request, Time};

    #[track_caller]
    fn check(filters: &Filters, expected: Option<FailedFilter>) {
        let record = Record {
            status: Some(404),
            time: Time::Micros(5_000_000),
            host: Some(b"Www.Example.com:8080"[..].into()),
            request: Request::Line(b"GET /users/7?a HTTP/1.1"[..].into()),
            ..Record::default()
        };
        let parts = Parts::of(&record).unwrap();
        assert_eq!(filters.first_failed(&record, &parts, parts.path()), expected, "{filters:?}");
    }

    #[test]
    fn statuses_are_single_classes_or_ranges() {
        for (text, missed) in [
            ("404", false),
            ("4xx", false),
            ("400-410", false),
            ("3xx-4XX", false),
            ("2xx", true),
            ("405-499", true),
        ] {
            let filters = Filters { statuses: vec![StatusRange::parse(text).unwrap()], ..Filters::default() };
            check(&filters, missed.then_some(FailedFilter::Status(Some(404))));
        }
        for text in ["", "4", "4x", "40x", "x", "1000", "500-400", "2xx-", "+44"] {
            assert!(StatusRange::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn hosts_are_compared_without_case_and_port() {
        for (text, missed) in [
            ("www.example.com", false),
            ("*.example.com", false),
            ("example.com", true),
            ("*.www.example.com", true),
        ] {
            let filters = Filters { hosts: vec![text.into()], ..Filters::default() };
            check(&filters, missed.then_some(FailedFilter::Host));
        }
    }

    #[test]
    fn a_time_range_holds_its_start_and_not_its_end() {
        for (since, until, missed) in [
            (Some(5_000_000), None, false),
            (Some(5_000_001), None, true),
            (None, Some(5_000_000), true),
            (Some(0), Some(5_000_001), false),
        ] {
            let filters = Filters { since, until, ..Filters::default() };
            check(&filters, missed.then_some(FailedFilter::Time(Some(5_000_000))));
        }
    }

    #[test]
    fn methods_and_paths_are_any_of_those_given() {
        let methods = |list: &[&str]| list.iter().map(|method| method.as_bytes().to_vec()).collect();
        check(&Filters { methods: methods(&["PUT", "GET"]), ..Filters::default() }, None);
        check(&Filters { methods: methods(&["get"]), ..Filters::default() }, Some(FailedFilter::Method));
        let path = |text: &str| vec![PathPattern::new(text.as_bytes()).unwrap()];
        check(&Filters { paths: path("/users/:id"), ..Filters::default() }, None);
        check(&Filters { paths: path("/posts/:id"), ..Filters::default() }, Some(FailedFilter::Path));
    }

    #[test]
    fn no_condition_is_never_missed() {
        assert!(Filters::default().is_empty());
        check(&Filters::default(), None);
    }
}
