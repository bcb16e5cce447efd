//! A field plan: what a format string is compiled into, and the one loop that reads lines by it.
//!
//! A plan reads from left to right and never goes back, so a line costs the same whatever it holds. What
//! can't be read that way (two free texts with nothing between them) is refused when the string is compiled.

mod apache;
mod builder;
mod layout;
mod nginx;

use std::borrow::Cow;

use memchr::memchr;

use crate::Record;

use super::cursor::Cursor;
use super::names::FormatError;
use super::record_builder::{Clock, RecordBuilder, Role};
use super::{Format, Layout, ParseError, ParseErrorKind, json, refuse_extremes};

/// A format string, compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    kind: &'static str,
    /// The text before the first field.
    head: Vec<u8>,
    steps: Vec<Step>,
    json: bool,
}

/// A field and the text behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    role: Role,
    /// Where two fields of a string mean the same, the lower rank wins.
    rank: u8,
    /// How a time is written, for [`Clock::Custom`].
    pattern: Option<String>,
    end: End,
}

/// Where a field ends.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    /// At the quote that closes it; this text follows the quote.
    Quote(Vec<u8>),
    /// Where this text begins.
    Text(Vec<u8>),
    /// As `Text`, but for commas: `1.2.3.4, 5.6.7.8` is one value.
    List(Vec<u8>),
    /// As `Text`, after this number of occurrences: a time that holds spaces, and a space behind it.
    Words(usize, Vec<u8>),
    /// As `Text`, if possible behind ` HTTP/x.y`.
    Protocol(Vec<u8>),
    /// At the space before a protocol, which this text follows; nothing, where the line ends with it. A
    /// target may hold spaces, and what it holds is not a shorter target.
    BeforeProtocol(Vec<u8>),
    /// Where a path begins; the slash belongs to the path.
    Slash,
    /// With the line.
    Line,
}

const LITERAL: ParseErrorKind =
    ParseErrorKind::Expected("the text that the format string has between its fields");

impl Plan {
    /// Compiles an nginx `log_format`: the whole directive, or its string alone.
    ///
    /// # Errors
    ///
    /// What in the string can't be read, and at which byte of it.
    ///
    /// ```
    /// use log_parser::format::{Format, Plan};
    ///
    /// let plan = Plan::nginx(r#"$remote_addr [$time_iso8601] "$request" $status $request_time"#)?;
    /// let record = plan.parse(br#"10.1.2.3 [2026-11-20T10:05:03+00:00] "GET / HTTP/2.0" 200 0.012"#)?;
    /// assert_eq!(record.duration_us, Some(12_000));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn nginx(string: &str) -> Result<Self, FormatError> {
        nginx::compile(string)
    }

    /// Compiles an Apache `LogFormat`: the whole directive, or its string alone.
    ///
    /// # Errors
    ///
    /// What in the string can't be read, and at which byte of it.
    pub fn apache(string: &str) -> Result<Self, FormatError> {
        apache::compile(string)
    }

    /// The same plan under a name of its own.
    pub(super) fn called(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }
}

impl Format for Plan {
    fn name(&self) -> &'static str {
        self.kind
    }

    fn layout(&self) -> Option<Layout> {
        layout::of(self)
    }

    fn parse<'a>(&self, line: &'a [u8]) -> Result<Record<'a>, ParseError> {
        refuse_extremes(line)?;
        let mut cursor = Cursor::new(line);
        cursor.expect_or(&self.head, LITERAL)?;
        let mut builder = RecordBuilder::default();
        for step in &self.steps {
            let at = cursor.at();
            let value = step.take(&mut cursor)?;
            if step.role == Role::Time(Clock::Custom) {
                step.read_time(value, &mut builder);
                continue;
            }
            let value = if self.json { json::unescape(value) } else { Cow::Borrowed(value) };
            builder.set(step.role, step.rank, value, at)?;
        }
        if !cursor.rest().trim_ascii().is_empty() {
            return Err(cursor.error(ParseErrorKind::Expected("the end of the line after the last field")));
        }
        Ok(builder.finish())
    }
}

impl Step {
    /// Takes the value and goes past the text behind it.
    fn take<'a>(&self, cursor: &mut Cursor<'a>) -> Result<&'a [u8], ParseError> {
        let name = self.role.name();
        match &self.end {
            End::Quote(after) => {
                let value = cursor.until_quote(name)?;
                cursor.expect_or(after, LITERAL)?;
                Ok(value)
            }
            End::Text(text) => cursor.until(text, name),
            End::List(text) => {
                let start = cursor.at();
                cursor.until(text, name)?;
                while cursor.before(text.len()).ends_with(b",") {
                    cursor.until(text, name)?;
                }
                Ok(&cursor.before(text.len())[start..])
            }
            End::Words(inner, text) => {
                let start = cursor.at();
                for _ in 0..=*inner {
                    cursor.until(text, name)?;
                }
                Ok(&cursor.before(text.len())[start..])
            }
            End::BeforeProtocol(text) => {
                let length = target_length(cursor.rest(), text).ok_or_else(|| cursor.cut_off(name))?;
                let value = cursor.advance(length);
                cursor.expect_or(b" ", LITERAL)?;
                Ok(value)
            }
            End::Protocol(text) => match protocol(cursor.rest(), text) {
                None => cursor.until(text, name),
                Some((_, length)) => {
                    let value = cursor.advance(length);
                    cursor.expect_or(text, LITERAL)?;
                    Ok(value)
                }
            },
            End::Slash => {
                let length = memchr(b'/', cursor.rest()).ok_or_else(|| cursor.cut_off(name))?;
                Ok(cursor.advance(length))
            }
            End::Line => Ok(cursor.advance(cursor.rest().len())),
        }
    }

    /// Reads a time by the format string's own pattern; one that doesn't fit is no time.
    fn read_time(&self, value: &[u8], builder: &mut RecordBuilder<'_>) {
        let Some(pattern) = &self.pattern else { return };
        let Ok(broken_down) = jiff::fmt::strtime::parse(pattern, value) else { return };
        let instant = broken_down.to_timestamp().or_else(|_| {
            let zoned = broken_down.to_datetime()?.to_zoned(jiff::tz::TimeZone::UTC)?;
            Ok::<_, jiff::Error>(zoned.timestamp())
        });
        if let Ok(instant) = instant {
            builder.set_micros(instant.as_microsecond());
        }
    }
}

/// The first ` HTTP/x.y` that `text` follows, or that ends the line where there is no such text: where it
/// begins and where it ends.
fn protocol(rest: &[u8], text: &[u8]) -> Option<(usize, usize)> {
    memchr::memmem::find_iter(rest, b" HTTP/").find_map(|start| {
        let version = &rest[start + 6..];
        let length = version.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        let after = &version[length..];
        let fits = if text.is_empty() { after.is_empty() } else { after.starts_with(text) };
        fits.then_some((start, start + 6 + length))
    })
}

/// The length of a target before a protocol, or before a single word in the protocol's place.
fn target_length(rest: &[u8], text: &[u8]) -> Option<usize> {
    if let Some((start, _)) = protocol(rest, text) {
        return Some(start);
    }
    if text.starts_with(b" ") {
        return memchr(b' ', rest);
    }
    let end = if text.is_empty() { rest.len() } else { memchr::memmem::find(rest, text)? };
    memchr::memrchr(b' ', &rest[..end])
}
