//! Why a line was counted or left out, in words.
//!
//! The answer comes from the same functions that count, so that it cannot contradict the ledger.

use std::fmt::Write as _;
use std::net::IpAddr;

use crate::client::Client;
use crate::escape::show;
use crate::filter::FailedFilter;
use crate::format::{Format, MAX_LINE, ParseError, ParseErrorKind};
use crate::ledger::Outcome;
use crate::query::{Classifier, Mismatch, Query};
use crate::record::Record;
use crate::request::Parts;
use crate::when::micros;

/// What became of a line, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What became of it.
    pub outcome: Outcome,
    /// Why, in a sentence. Bytes that do not print are escaped.
    pub reason: String,
    /// Where a malformed line shows that it is, from 0.
    pub at: Option<usize>,
    /// What was read from a good line: names and values.
    pub fields: Vec<(&'static str, Vec<u8>)>,
}

impl Explanation {
    /// Of a line that is too long to be held.
    #[must_use]
    pub fn too_long(format: &dyn Format) -> Self {
        malformed_line(format, &ParseError { at: MAX_LINE, kind: ParseErrorKind::TooLong })
    }
}

impl Query {
    /// Says what becomes of one line, which comes without its ending.
    #[must_use]
    pub fn explain(&self, format: &dyn Format, line: &[u8]) -> Explanation {
        let record = match format.parse(line) {
            Ok(record) => record,
            Err(error) => return malformed_line(format, &error),
        };
        let outcome = Classifier::new(self).outcome(&record);
        let reason = match outcome {
            Outcome::Malformed => unreachable!("a record is not malformed"),
            Outcome::NotMatched => self.why_not_matched(&record),
            Outcome::Own => self.why_own(&record),
            Outcome::Bot => self.why_bot(&record),
            Outcome::Counted => self.why_counted(&record),
        };
        Explanation { outcome, reason, at: None, fields: self.fields(&record) }
    }

    fn why_not_matched(&self, record: &Record<'_>) -> String {
        let Some(mismatch) = self.mismatch(record) else { return String::new() };
        let Some(parts) = Parts::of(record) else {
            return "the record holds no request: its request field has no method and target".to_owned();
        };
        let method = show(parts.method);
        let path = show(&self.path_of(&parts));
        let wanted = self.request.as_ref().map(ToString::to_string).unwrap_or_default();
        match mismatch {
            Mismatch::NoRequest => String::new(),
            Mismatch::Method => format!("its method is {method}, and {wanted} was asked for"),
            Mismatch::Path => format!("its path is {path}, and {wanted} was asked for"),
            Mismatch::Filter(FailedFilter::Method) => {
                format!("its method {method} is none of those asked for")
            }
            Mismatch::Filter(FailedFilter::Path) => format!("its path {path} matches no pattern asked for"),
            Mismatch::Filter(FailedFilter::Status(Some(status))) => {
                format!("its status {status} is none of those asked for")
            }
            Mismatch::Filter(FailedFilter::Status(None)) => {
                "it has no status, and some are asked for".to_owned()
            }
            Mismatch::Filter(FailedFilter::Host) => {
                "its host is none of those asked for, or not known".to_owned()
            }
            Mismatch::Filter(FailedFilter::Time(Some(_))) => "it lies outside the time asked for".to_owned(),
            Mismatch::Filter(FailedFilter::Time(None)) => {
                "it has no time that can be read, and a range of time is asked for".to_owned()
            }
        }
    }

    fn why_own(&self, record: &Record<'_>) -> String {
        let client = Client::of(record, &self.trusted);
        let mut reason = format!("its client {}", show(client.text));
        if client.text != &*record.client {
            let peer = show(&record.client);
            write!(reason, ", by the X-Forwarded-For of the trusted proxy {peer},")
                .expect("strings take all");
        }
        if let Some((first, last)) = client.address.and_then(|address| self.own.find(address)) {
            let (first, last) = (IpAddr::from(first), IpAddr::from(last));
            let range = if first == last { first.to_string() } else { format!("{first} to {last}") };
            write!(reason, " is one of our own servers: {range}").expect("strings take all");
        }
        reason
    }

    fn why_bot(&self, record: &Record<'_>) -> String {
        let rule = self.bots.as_ref().zip(record.agent.as_deref());
        let Some((bots, Some(rule))) = rule.map(|(bots, agent)| (bots, bots.classify(agent))) else {
            return String::new();
        };
        format!("its agent is a bot: {rule} of the list {}", bots.name())
    }

    fn why_counted(&self, record: &Record<'_>) -> String {
        let mut kept = vec!["it is the request that was asked for"];
        if !self.own.is_empty() {
            let client = Client::of(record, &self.trusted);
            kept.push(match client.address {
                Some(_) => "its client is none of our own servers",
                None => "its client is a host name, which is never our own",
            });
        }
        if self.bots.is_some() {
            kept.push("no rule makes its agent a bot");
        }
        kept.join("; ")
    }

    fn fields(&self, record: &Record<'_>) -> Vec<(&'static str, Vec<u8>)> {
        let client = Client::of(record, &self.trusted);
        let mut fields = vec![("client", client.text.to_vec())];
        if client.text != &*record.client {
            fields.push(("proxy", record.client.to_vec()));
        }
        let time = micros(&record.time).and_then(|micros| jiff::Timestamp::from_microsecond(micros).ok());
        fields.extend(time.map(|time| ("time", time.to_string().into_bytes())));
        if let Some(parts) = Parts::of(record) {
            fields.push(("method", parts.method.to_vec()));
            fields.push(("path", self.path_of(&parts).into_owned()));
        }
        fields.extend(record.status.map(|status| ("status", status.to_string().into_bytes())));
        fields.extend(record.host.as_deref().map(|host| ("host", host.to_vec())));
        fields.extend(record.agent.as_deref().map(|agent| ("agent", agent.to_vec())));
        fields
    }
}

fn malformed_line(format: &dyn Format, error: &ParseError) -> Explanation {
    Explanation {
        outcome: Outcome::Malformed,
        reason: format!("it cannot be read as {}: {}", format.name(), error.kind),
        at: Some(error.at),
        fields: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bots::Bots;
    use crate::filter::{Filters, StatusRange};
    use crate::format::Combined;
    use crate::net::Cidr;
    use crate::pattern::Pattern;

    fn query() -> Query {
        let range = |text: &str| [Cidr::parse(text).unwrap()].into_iter().collect();
        Query {
            request: Some(Pattern::exact(b"GET /a").unwrap()),
            filters: Filters { statuses: vec![StatusRange::parse("2xx").unwrap()], ..Filters::default() },
            own: range("192.0.2.0/24"),
            trusted: range("10.0.0.0/8"),
            bots: Some(Bots::from_list(b"curl\n").unwrap()),
            ..Query::default()
        }
    }

    #[track_caller]
    fn check(line: &str, outcome: Outcome, words: &str) {
        let found = query().explain(&Combined, line.as_bytes());
        assert_eq!(found.outcome, outcome, "{found:?}");
        assert!(found.reason.contains(words), "{:?} says nothing of {words:?}", found.reason);
    }

    fn line(client: &str, request: &str, status: u16, agent: &str, rest: &str) -> String {
        format!(r#"{client} - - [20/Nov/2026:10:05:03 +0000] "{request}" {status} 1 "-" "{agent}"{rest}"#)
    }

    #[test]
    fn says_for_each_outcome_why() {
        let good = |client: &str, rest: &str| line(client, "GET /a HTTP/1.1", 200, "Firefox", rest);
        check("", Outcome::Malformed, "blank line");
        check(&line("203.0.113.1", "-", 200, "Firefox", ""), Outcome::NotMatched, "no request");
        check(&line("203.0.113.1", "PUT /a HTTP/1.1", 200, "x", ""), Outcome::NotMatched, "method is PUT");
        check(
            &line("203.0.113.1", "GET /b?c HTTP/1.1", 200, "x", ""),
            Outcome::NotMatched,
            "path is /b, and GET /a",
        );
        check(&line("203.0.113.1", "GET /a HTTP/1.1", 404, "x", ""), Outcome::NotMatched, "status 404");
        check(&good("192.0.2.7", ""), Outcome::Own, "192.0.2.0 to 192.0.2.255");
        check(&good("10.0.0.1", r#" "192.0.2.7""#), Outcome::Own, "trusted proxy 10.0.0.1");
        check(&line("203.0.113.1", "GET /a HTTP/1.1", 200, "curl/8", ""), Outcome::Bot, "curl");
        check(&good("203.0.113.1", ""), Outcome::Counted, "none of our own servers");
        check(&good("a.example", ""), Outcome::Counted, "host name");
    }
}
