//! The access logs of AWS load balancers and of S3: fields in a fixed order, with new ones added at the end
//! over the years, so whatever follows the last field that is needed is ignored.
//!
//! CloudFront's logs say their fields themselves: see [`W3c`](super::W3c).

use std::borrow::Cow;

use memchr::memchr;

use crate::Record;

use super::cursor::Cursor;
use super::record_builder::{Clock, RecordBuilder, Role, Unit};
use super::{Format, ParseError, ParseErrorKind, refuse_extremes};

/// Application load balancer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alb;

/// Classic load balancer, with HTTP or TCP listeners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Elb;

/// S3 server access log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct S3;

/// How a field is written.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// Up to a space.
    Word(Role),
    /// Between quotes; a backslash escapes.
    Quoted(Role),
    /// Between quotes that nothing escapes, or a bare `-`.
    Bare(Role),
    /// Between brackets.
    Bracketed(Role),
}

use Part::{Bare, Bracketed, Quoted, Word};
use Role::{
    Agent, Bytes, Client, ClientAndPort, Duration, DurationPart, Host, Ignored, Referer, RequestLine,
};
use Role::{Status, User};

const RFC3339: Role = Role::Time(Clock::Rfc3339);

const ALB: &[Part] = &[
    Word(Ignored), // http, https, h2, grpcs, ws, wss
    Word(RFC3339),
    Word(Ignored), // name of the balancer
    Word(ClientAndPort),
    Word(Ignored), // target:port
    Word(DurationPart),
    Word(DurationPart),
    Word(DurationPart),
    Word(Status),
    Word(Ignored), // the target's status
    Word(Ignored), // received bytes
    Word(Bytes),
    Quoted(RequestLine),
    Quoted(Agent),
];

const ELB: &[Part] = &[
    Word(RFC3339),
    Word(Ignored), // name of the balancer
    Word(ClientAndPort),
    Word(Ignored), // backend:port
    Word(DurationPart),
    Word(DurationPart),
    Word(DurationPart),
    Word(Status),
    Word(Ignored), // the backend's status
    Word(Ignored), // received bytes
    Word(Bytes),
    Quoted(RequestLine),
    // Logs from before 2015 end here.
    Quoted(Agent),
];

const S3_FIELDS: &[Part] = &[
    Word(Ignored), // owner of the bucket
    Word(Ignored), // bucket
    Bracketed(Role::Time(Clock::Clf)),
    Word(Client),
    Word(User),
    Word(Ignored), // request id
    Word(Ignored), // operation
    Word(Ignored), // key
    Bare(RequestLine),
    Word(Status),
    Word(Ignored), // error code
    Word(Bytes),
    Word(Ignored), // size of the object
    Word(Duration(Unit::Millis)),
    Word(Ignored), // time until the first byte
    Bare(Referer),
    Bare(Agent),
    Word(Ignored), // version id
    Word(Ignored), // host id
    Word(Ignored), // signature version
    Word(Ignored), // cipher
    Word(Ignored), // authentication
    Word(Host),
];

impl Format for Alb {
    fn name(&self) -> &'static str {
        "alb"
    }

    fn parse<'a>(&self, line: &'a [u8]) -> Result<Record<'a>, ParseError> {
        read(line, ALB, ALB.len())
    }
}

impl Format for Elb {
    fn name(&self) -> &'static str {
        "elb"
    }

    fn parse<'a>(&self, line: &'a [u8]) -> Result<Record<'a>, ParseError> {
        read(line, ELB, ELB.len() - 1)
    }
}

impl Format for S3 {
    fn name(&self) -> &'static str {
        "s3"
    }

    fn parse<'a>(&self, line: &'a [u8]) -> Result<Record<'a>, ParseError> {
        let through_agent = 17;
        read(line, S3_FIELDS, through_agent)
    }
}

/// Reads the parts in their order, one space between them; only the first `required` must be there.
fn read<'a>(line: &'a [u8], parts: &[Part], required: usize) -> Result<Record<'a>, ParseError> {
    refuse_extremes(line)?;
    let mut cursor = Cursor::new(line);
    let mut builder = RecordBuilder::default();
    for (index, part) in parts.iter().enumerate() {
        if index >= required && cursor.rest().trim_ascii().is_empty() {
            break;
        }
        if index > 0 {
            cursor.expect(b" ", "a space between the fields")?;
        }
        let at = cursor.at();
        let (role, value) = part.take(&mut cursor)?;
        builder.set(role, 0, Cow::Borrowed(value), at)?;
    }
    Ok(builder.finish())
}

impl Part {
    fn take<'a>(self, cursor: &mut Cursor<'a>) -> Result<(Role, &'a [u8]), ParseError> {
        match self {
            Word(role) => {
                let value = cursor.word();
                if value.is_empty() {
                    let missing =
                        if cursor.at_end() { ParseErrorKind::CutOff } else { ParseErrorKind::Empty };
                    return Err(cursor.error(missing(role.name())));
                }
                Ok((role, value))
            }
            Quoted(role) => {
                cursor.expect(b"\"", "a quote")?;
                Ok((role, cursor.until_quote(role.name())?))
            }
            Bare(role) if cursor.rest().starts_with(b"-") => Ok((role, cursor.word())),
            Bare(role) => {
                cursor.expect(b"\"", "a quote or a dash")?;
                let end = last_quote_of_field(cursor.rest()).ok_or_else(|| cursor.cut_off(role.name()))?;
                let value = cursor.advance(end);
                cursor.advance(1);
                Ok((role, value))
            }
            Bracketed(role) => {
                cursor.expect(b"[", "a bracket")?;
                Ok((role, cursor.until(b"]", role.name())?))
            }
        }
    }
}

/// The first quote that a space or the end of the line follows: S3 leaves quotes inside agents as they are.
fn last_quote_of_field(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr(b'"', text.get(at..)?)?;
        if matches!(text.get(at + 1), None | Some(b' ')) {
            return Some(at);
        }
        at += 1;
    }
}
