//! Counted requests by hour, day, path, status, method, client or agent.

mod sketch;

use std::borrow::Cow;
use std::net::IpAddr;

use crate::client::Client;
use crate::net::Address;
use crate::query::Query;
use crate::record::{Record, Time};
use crate::request::Parts;
use crate::when::micros;

pub use sketch::CapacityLimit;
pub(crate) use sketch::Sketch;

/// What requests are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// Hour, in UTC.
    Hour,
    /// Day, in UTC.
    Day,
    /// Path, normalized as the query asks.
    Path,
    /// Status.
    Status,
    /// Method.
    Method,
    /// Client behind the trusted proxies, addresses in their canonical form.
    Client,
    /// Agent, as written.
    Agent,
}

impl GroupBy {
    /// The name of the group, as in the output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Path => "path",
            Self::Status => "status",
            Self::Method => "method",
            Self::Client => "client",
            Self::Agent => "agent",
        }
    }

    /// How long a group of time is, in microseconds.
    fn span(self) -> Option<i64> {
        match self {
            Self::Hour => Some(3_600_000_000),
            Self::Day => Some(86_400_000_000),
            _ => None,
        }
    }
}

/// What a group has in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The start of an hour or day, in microseconds since 1970; `None` where no time can be read.
    Time(Option<i64>),
    /// As in the log: bytes that may be anything.
    Text(Vec<u8>),
}

/// Requests that have something in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it is.
    pub key: Key,
    /// How many there are at least.
    pub count: u64,
}

/// All groups of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// What they are groups of.
    pub by: GroupBy,
    /// By time from the first on; others from the largest on.
    pub groups: Vec<Group>,
    /// How many requests any count may be short of, and any group that is missing may have. Zero, and all
    /// counts are exact, for as long as there are no more than [`Summary::EXACT`] groups.
    pub error: u64,
    /// What there was too much of, where the error is not zero.
    pub full: Option<CapacityLimit>,
    /// Requests in no group of the list.
    pub other: u64,
}

impl Summary {
    /// Number of groups that are counted exactly, if they take no more than 8 MiB of text. With more than three
    /// threads each counts fewer.
    pub const EXACT: usize = sketch::CAPACITY;
}

/// Maximum length of a key in bytes; the rest of a longer one becomes `…`.
const MAX_KEY_LEN: usize = 4096;

/// One thread's groups.
#[derive(Clone, Debug)]
pub(crate) struct Groups {
    by: GroupBy,
    sketch: Sketch,
    recent: Recent,
    total: u64,
}

/// The last hour that was looked up: most lines are of the same hour as the line before.
#[derive(Clone, Debug, Default)]
struct Recent {
    /// Date and hour, and the offset, as `17/May/2015:10` and ` +0000`.
    text: Option<([u8; 14], [u8; 6])>,
    key: Vec<u8>,
    /// How many were found since, still to be entered.
    count: u64,
}

impl Groups {
    /// The groups of one of this number of threads.
    pub(crate) fn one_of(threads: usize, by: GroupBy) -> Self {
        Self { by, sketch: Sketch::one_of(threads), recent: Recent::default(), total: 0 }
    }

    /// Enters a request.
    #[inline]
    pub(crate) fn enter(&mut self, record: &Record<'_>, query: &Query) {
        self.total += 1;
        match self.by {
            GroupBy::Hour | GroupBy::Day => self.enter_time(&record.time),
            GroupBy::Path => match Parts::of(record) {
                Some(parts) => self.add(&query.path_of(&parts)),
                None => self.add(b"-"),
            },
            GroupBy::Method => self.add(Parts::of(record).map_or(b"-", |parts| parts.method)),
            GroupBy::Agent => self.add(record.agent.as_deref().unwrap_or(b"-")),
            GroupBy::Status => match record.status {
                Some(status) => self.sketch.add(&three_digits(status), 1),
                None => self.sketch.add(b"-", 1),
            },
            GroupBy::Client => {
                let client = Client::of(record, &query.trusted);
                self.add(&canonical(&client));
            }
        }
    }

    /// What is longer than any honest key is grouped by how it begins.
    #[inline]
    fn add(&mut self, key: &[u8]) {
        match key.split_at_checked(MAX_KEY_LEN) {
            Some((start, rest)) if !rest.is_empty() => self.sketch.add(&[start, "…".as_bytes()].concat(), 1),
            _ => self.sketch.add(key, 1),
        }
    }

    fn enter_time(&mut self, time: &Time<'_>) {
        let text = hour_text(time);
        if text.is_none() || text != self.recent.text {
            self.flush();
            let span = self.by.span().unwrap_or(1);
            let start = micros(time).map(|micros| micros - micros.rem_euclid(span));
            self.recent.key.clear();
            self.recent.key.extend(start.map(i64::to_be_bytes).into_iter().flatten());
            self.recent.text = text;
        }
        self.recent.count += 1;
    }

    fn flush(&mut self) {
        if self.recent.count > 0 {
            self.sketch.add(&self.recent.key, self.recent.count);
            self.recent.count = 0;
        }
    }

    pub(crate) fn merge(&mut self, mut other: Self) {
        self.flush();
        other.flush();
        self.total += other.total;
        self.sketch.merge(&other.sketch);
    }

    pub(crate) fn into_summary(mut self) -> Summary {
        self.flush();
        let time = self.by.span().is_some();
        let group = |(key, count): (&[u8], u64)| {
            let key = if time {
                Key::Time(key.try_into().ok().map(i64::from_be_bytes))
            } else {
                Key::Text(key.to_vec())
            };
            Group { key, count }
        };
        let mut groups: Vec<Group> = self.sketch.iter().map(group).collect();
        if time {
            groups.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        } else {
            groups.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
        }
        let listed: u64 = groups.iter().map(|group| group.count).sum();
        Summary {
            by: self.by,
            groups,
            error: self.sketch.error(),
            full: self.sketch.full(),
            other: self.total - listed,
        }
    }
}

/// What tells the hour in the usual way to write a time. Half-hour offsets are why the offset belongs to
/// it; minutes don't, because no offset in use has an hour that is cut elsewhere for the same text.
fn hour_text(time: &Time<'_>) -> Option<([u8; 14], [u8; 6])> {
    let Time::Clf(text) = time else { return None };
    let text: &[u8; 26] = text.first_chunk().filter(|_| text.len() == 26)?;
    // An offset with minutes cuts the written hour in two.
    if &text[24..] != b"00" || !minutes_and_seconds(&text[14..20]) {
        return None;
    }
    Some((*text.first_chunk()?, *text.last_chunk()?))
}

/// `:05:03`: a time that is none must not hide behind one that is.
fn minutes_and_seconds(text: &[u8]) -> bool {
    let [b':', a, b, b':', c, d] = text else { return false };
    matches!((a, c), (b'0'..=b'5', b'0'..=b'5')) && b.is_ascii_digit() && d.is_ascii_digit()
}

fn three_digits(status: u16) -> [u8; 3] {
    let digit = |value: u16| b'0' + u8::try_from(value % 10).unwrap_or(0);
    [digit(status / 100), digit(status / 10), digit(status)]
}

/// One form for each address, however it is written.
fn canonical<'c>(client: &Client<'c>) -> Cow<'c, [u8]> {
    match client.address {
        Some(address) if client.text.contains(&b':') => {
            Cow::Owned(IpAddr::from(address).to_string().into_bytes())
        }
        Some(Address::V4(_)) | Some(Address::V6(_)) | None => Cow::Borrowed(client.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(by: GroupBy, records: &[Record<'_>]) -> Summary {
        let mut groups = Groups::one_of(1, by);
        for record in records {
            groups.enter(record, &Query::default());
        }
        groups.into_summary()
    }

    fn at(text: &str) -> Record<'_> {
        Record { time: Time::Clf(text.as_bytes().into()), ..Record::default() }
    }

    #[test]
    fn hours_are_those_of_utc_whatever_the_offset() {
        let records = [
            at("17/May/2015:10:05:03 +0000"),
            at("17/May/2015:10:59:59 +0000"),
            at("17/May/2015:12:30:00 +0200"),
            at("17/May/2015:15:40:00 +0530"),
            at("17/May/2015:15:20:00 +0530"),
            at("nonsense"),
            at("17/May/2015:10:99:03 +0000"),
        ];
        let ten = 1_431_856_800_000_000;
        let found: Vec<(Key, u64)> = summary(GroupBy::Hour, &records)
            .groups
            .into_iter()
            .map(|group| (group.key, group.count))
            .collect();
        assert_eq!(
            found,
            [(Key::Time(None), 2), (Key::Time(Some(ten - 3_600_000_000)), 1), (Key::Time(Some(ten)), 4)]
        );
    }

    #[test]
    fn an_address_is_one_client_however_it_is_written() {
        let client = |text: &'static str| Record { client: text.as_bytes().into(), ..Record::default() };
        let records = [
            client("2001:DB8:0::1"),
            client("2001:db8::1"),
            client("::ffff:10.0.0.1"),
            client("10.0.0.1"),
            client("a.example"),
        ];
        let found = summary(GroupBy::Client, &records);
        let texts: Vec<_> = found.groups.iter().map(|group| (group.key.clone(), group.count)).collect();
        let text = |text: &str| Key::Text(text.into());
        assert_eq!(texts, [(text("10.0.0.1"), 2), (text("2001:db8::1"), 2), (text("a.example"), 1)]);
    }

    #[test]
    fn all_requests_are_in_a_group() {
        let records: Vec<Record<'_>> = [Some(200), Some(404), None, Some(200)]
            .map(|status| Record { status, ..Record::default() })
            .into();
        let found = summary(GroupBy::Status, &records);
        assert_eq!(found.groups[0], Group { key: Key::Text(b"200".to_vec()), count: 2 });
        assert_eq!(found.groups.len(), 3);
        assert_eq!((found.error, found.other), (0, 0));
    }
}
