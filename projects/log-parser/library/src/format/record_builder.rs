//! What a field of a log can mean, and the record that the fields of a line add up to.
//!
//! Where two fields of a line mean the same, the lower rank wins, and among equals the first.

use std::borrow::Cow;

use crate::{Record, Request, Time};

use super::{ParseError, ParseErrorKind, number};

/// What a field means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing that a record holds.
    Ignored,
    /// The peer's address or name.
    Client,
    /// The peer's address with a port, which is dropped.
    ClientAndPort,
    Forwarded,
    User,
    Time(Clock),
    /// Method, target and protocol in one.
    RequestLine,
    Method,
    Target,
    Status,
    Bytes,
    Referer,
    Agent,
    Host,
    Duration(Unit),
    /// One of several seconds that add up to the duration; a negative one means that there is none.
    DurationPart,
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// `17/May/2015:10:05:03 +0000`.
    Clf,
    Rfc3339,
    /// Since 1970, with or without a fraction.
    Epoch(Unit),
    /// The date of a W3C log.
    Date,
    /// The time of day of a W3C log.
    TimeOfDay,
    /// One of the above; its looks tell which.
    Any,
    /// As a format string says: the plan that knows the string reads it.
    Custom,
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Millis,
    Micros,
    Nanos,
}

impl Role {
    /// The field's name in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Role::Ignored => "field",
            Role::Client | Role::ClientAndPort => "client",
            Role::Forwarded => "X-Forwarded-For",
            Role::User => "user",
            Role::Time(_) => "time",
            Role::RequestLine => "request",
            Role::Method => "method",
            Role::Target => "path",
            Role::Status => "status",
            Role::Bytes => "size",
            Role::Referer => "referer",
            Role::Agent => "agent",
            Role::Host => "host",
            Role::Duration(_) | Role::DurationPart => "duration",
        }
    }
}

/// A record in the making.
#[derive(Debug, Default)]
pub(super) struct RecordBuilder<'a> {
    record: Record<'a>,
    method: Option<Cow<'a, [u8]>>,
    target: Option<Cow<'a, [u8]>>,
    line: Option<Cow<'a, [u8]>>,
    date: Option<Cow<'a, [u8]>>,
    time_of_day: Option<Cow<'a, [u8]>>,
    parts_us: Option<u64>,
    part_missing: bool,
    /// One more than the rank of what each slot holds; 0 while it is free.
    ranks: [u8; SLOTS],
}

const SLOTS: usize = 12;

/// Roles that fill the same place of the record share a slot; the others need none.
fn slot(role: Role) -> Option<usize> {
    Some(match role {
        Role::Client | Role::ClientAndPort => 0,
        Role::Forwarded => 1,
        Role::User => 2,
        Role::RequestLine => 3,
        Role::Method => 4,
        Role::Target => 5,
        Role::Status => 6,
        Role::Bytes => 7,
        Role::Referer => 8,
        Role::Agent => 9,
        Role::Host => 10,
        Role::Duration(_) => 11,
        Role::Time(_) | Role::Ignored | Role::DurationPart => return None,
    })
}

impl<'a> RecordBuilder<'a> {
    /// Notes a field. An empty value and `-` stand for none, but in the agent, which is kept as written.
    pub(super) fn set(
        &mut self,
        role: Role,
        rank: u8,
        value: Cow<'a, [u8]>,
        at: usize,
    ) -> Result<(), ParseError> {
        let absent = matches!(&*value, b"" | b"-");
        if let Some(slot) = slot(role) {
            let held = self.ranks[slot];
            if (absent && role != Role::Agent) || (held != 0 && held <= rank + 1) {
                return Ok(());
            }
            self.ranks[slot] = rank + 1;
        }
        self.fill(role, value, at)
    }

    fn fill(&mut self, role: Role, value: Cow<'a, [u8]>, at: usize) -> Result<(), ParseError> {
        let invalid = |what| ParseError { at, kind: ParseErrorKind::Invalid(what) };
        let record = &mut self.record;
        match role {
            Role::Ignored => {}
            Role::Client => record.client = value,
            Role::ClientAndPort => record.client = without_port(value),
            Role::Forwarded => record.forwarded = Some(value),
            Role::User => record.user = Some(value),
            Role::RequestLine => self.line = Some(value),
            Role::Method => self.method = Some(value),
            Role::Target => self.target = Some(value),
            Role::Status => {
                let status =
                    number::status(&value).ok_or_else(|| invalid("the status isn't three digits"))?;
                record.status = Some(status);
            }
            Role::Bytes => {
                let size = number::integer(&value).ok_or_else(|| invalid("the size is no number"))?;
                record.bytes = Some(size);
            }
            Role::Referer => record.referer = Some(value),
            Role::Agent => record.agent = Some(value),
            Role::Host => record.host = Some(value),
            Role::Duration(unit) => record.duration_us = number::micros(&value, unit),
            Role::DurationPart => self.add_part(&value),
            Role::Time(clock) => self.set_time(clock, value),
        }
        Ok(())
    }

    fn add_part(&mut self, value: &[u8]) {
        match number::micros(value, Unit::Seconds) {
            Some(us) => self.parts_us = Some(self.parts_us.unwrap_or(0).saturating_add(us)),
            None => self.part_missing = true,
        }
    }

    /// The first time that can be read is kept.
    fn set_time(&mut self, clock: Clock, value: Cow<'a, [u8]>) {
        if matches!(&*value, b"" | b"-") {
            return;
        }
        match clock {
            Clock::Date => self.date = self.date.take().or(Some(value)),
            Clock::TimeOfDay => self.time_of_day = self.time_of_day.take().or(Some(value)),
            _ if self.record.time != Time::None => {}
            Clock::Clf => self.record.time = Time::Clf(value),
            Clock::Rfc3339 => self.record.time = Time::Rfc3339(value),
            Clock::Epoch(unit) => self.record.time = epoch(&value, unit),
            Clock::Any => self.record.time = guess_time(value),
            Clock::Custom => {}
        }
    }

    /// Notes a time that is read already.
    pub(super) fn set_micros(&mut self, micros: i64) {
        if self.record.time == Time::None {
            self.record.time = Time::Micros(micros);
        }
    }

    /// The record that the fields make.
    pub(super) fn finish(self) -> Record<'a> {
        let mut record = self.record;
        record.request = match (self.line, self.method, self.target) {
            (Some(line), ..) if line.starts_with(b"- ") => Request::None,
            (Some(line), ..) => Request::Line(line),
            (None, Some(method), Some(target)) => Request::Split { method, target },
            (None, ..) => Request::None,
        };
        if let (Time::None, Some(date), Some(time)) = (&record.time, self.date, self.time_of_day) {
            record.time = Time::DateTime(date, time);
        }
        if record.duration_us.is_none() && !self.part_missing {
            record.duration_us = self.parts_us;
        }
        record
    }
}

/// `203.0.113.7:4711` and `[2001:db8::7]:4711` without their ports and brackets.
fn without_port(value: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let host = |text: &[u8]| -> (usize, usize) {
        let end = memchr::memrchr(b':', text).unwrap_or(text.len());
        match text[..end] {
            [b'[', .., b']'] => (1, end - 1),
            _ => (0, end),
        }
    };
    let (start, end) = host(&value);
    match value {
        Cow::Borrowed(text) => Cow::Borrowed(&text[start..end]),
        Cow::Owned(text) => Cow::Owned(text[start..end].to_vec()),
    }
}

fn epoch<'a>(value: &[u8], unit: Unit) -> Time<'a> {
    let micros = number::micros(value, unit).and_then(|us| i64::try_from(us).ok());
    micros.map_or(Time::None, Time::Micros)
}

/// Epoch seconds, milliseconds, microseconds or nanoseconds by their size; else by the first separator.
fn guess_time(value: Cow<'_, [u8]>) -> Time<'_> {
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match value.get(digits) {
        Some(b'/') if digits == 2 => Time::Clf(value),
        Some(b'-') if digits == 4 => Time::Rfc3339(value),
        None | Some(b'.' | b'e' | b'E') => match digits {
            0..=11 => epoch(&value, Unit::Seconds),
            12..=14 => epoch(&value, Unit::Millis),
            15..=17 => epoch(&value, Unit::Micros),
            _ => epoch(&value, Unit::Nanos),
        },
        _ => Time::None,
    }
}
