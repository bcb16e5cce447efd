//! The common and the combined log format, field by field: the exact and plain way to read them.
//!
//! The fast scanner of combined logs is tested against this one, and falls back to it.

use std::borrow::Cow;

use crate::{Record, Request, Time};

use super::cursor::{Cursor, closing_quote};
use super::{Format, Layout, ParseError, ParseErrorKind, refuse_extremes};

/// `client identity user [time] "request" status size "referer" "agent"`, and anything after that.
///
/// A last quoted field after the agent is taken as `X-Forwarded-For`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Combined;

/// `client identity user [time] "request" status size`, and anything after a space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Common;

impl Format for Combined {
    fn name(&self) -> &'static str {
        "combined"
    }

    fn layout(&self) -> Option<Layout> {
        Some(Layout::COMBINED)
    }

    fn parse<'a>(&self, line: &'a [u8]) -> Result<Record<'a>, ParseError> {
        refuse_extremes(line)?;
        let mut cursor = Cursor::new(line);
        let mut record = common_fields(&mut cursor)?;
        cursor.expect(b" \"", "the quote that opens the referer")?;
        record.referer = given(cursor.until_quote("referer")?);
        cursor.expect(b" \"", "the quote that opens the agent")?;
        record.agent = Some(Cow::Borrowed(cursor.until_quote("agent")?));
        record.forwarded = last_quoted(cursor.rest()).map(Cow::Borrowed);
        Ok(record)
    }
}

impl Format for Common {
    fn name(&self) -> &'static str {
        "common"
    }

    fn layout(&self) -> Option<Layout> {
        Some(Layout::COMMON)
    }

    fn parse<'a>(&self, line: &'a [u8]) -> Result<Record<'a>, ParseError> {
        refuse_extremes(line)?;
        let mut cursor = Cursor::new(line);
        let record = common_fields(&mut cursor)?;
        if !matches!(cursor.rest().first(), None | Some(b' ')) {
            return Err(
                cursor.error(ParseErrorKind::Expected("a space or the end of the line after the size"))
            );
        }
        Ok(record)
    }
}

/// From the client to the size; the cursor stops right behind it.
fn common_fields<'a>(cursor: &mut Cursor<'a>) -> Result<Record<'a>, ParseError> {
    let client = cursor.some_until(b" ", "client")?;
    cursor.some_until(b" ", "identity")?;
    // The user may hold spaces, so it ends only where the time begins.
    let user = cursor.some_until(b" [", "user")?;
    let time = cursor.some_until(b"]", "time")?;
    cursor.expect(b" \"", "the quote that opens the request")?;
    let request = cursor.until_quote("request")?;
    cursor.expect(b" ", "a space before the status")?;
    let status = status(cursor)?;
    cursor.expect(b" ", "a space after the three digits of the status")?;
    let bytes = size(cursor)?;
    Ok(Record {
        client: Cow::Borrowed(client),
        user: given(user),
        time: Time::Clf(Cow::Borrowed(time)),
        request: Request::Line(Cow::Borrowed(request)),
        status: Some(status),
        bytes,
        ..Record::default()
    })
}

fn status(cursor: &mut Cursor<'_>) -> Result<u16, ParseError> {
    let digits = cursor.rest().iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    if digits < 3 {
        return Err(cursor.error(ParseErrorKind::Invalid("the status isn't three digits")));
    }
    Ok(cursor.advance(3).iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0')))
}

/// Digits, or `-` for none. A number past 64 bits is held at their end: it is still a size.
fn size(cursor: &mut Cursor<'_>) -> Result<Option<u64>, ParseError> {
    if cursor.rest().first() == Some(&b'-') {
        cursor.advance(1);
        return Ok(None);
    }
    let digits = cursor.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return Err(cursor.error(ParseErrorKind::Invalid("the size is neither digits nor \"-\"")));
    }
    let add = |sum: u64, digit: &u8| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    Ok(Some(cursor.advance(digits).iter().fold(0, add)))
}

/// A value that the log leaves out as `-` or as nothing is `None`.
fn given(value: &[u8]) -> Option<Cow<'_, [u8]>> {
    (!matches!(value, b"" | b"-")).then_some(Cow::Borrowed(value))
}

/// The last quoted field that has both its quotes.
pub(crate) fn last_quoted(mut rest: &[u8]) -> Option<&[u8]> {
    let mut last = None;
    while let Some(open) = memchr::memchr(b'"', rest) {
        rest = &rest[open + 1..];
        let Some(close) = closing_quote(rest) else { break };
        last = Some(&rest[..close]);
        rest = &rest[close + 1..];
    }
    last
}
