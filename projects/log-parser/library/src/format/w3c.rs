//! W3C extended logs, which say their fields in a `#Fields:` line: IIS and CloudFront.
//!
//! That line may come again in the middle of a file, so the format has state: see
//! [`Format::successor`]. Lines that begin with `#` are records of no request.
//!
//! Agents come encoded, and are decoded here, since bots and people know them in plain: CloudFront writes
//! them percent-encoded (and once wrote a space as `%2520`), IIS writes `+` for a space. Paths stay as
//! written; the query is a field of its own and is left out, as a count does with it anyway.

mod fields;

use std::borrow::Cow;

use memchr::memchr;

use crate::Record;

use super::record_builder::RecordBuilder;
use super::{Format, ParseError, ParseErrorKind, refuse_extremes};
use fields::Column;

/// What IIS logs when nothing else is chosen.
const IIS: &[u8] = b"date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip \
    cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";

/// CloudFront's standard log.
const CLOUDFRONT: &[u8] = b"date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status \
    cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header \
    cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type \
    cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type \
    sc-content-type sc-content-len sc-range-start sc-range-end";

/// A W3C extended log, as the last `#Fields:` line has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct W3c {
    name: &'static str,
    columns: Vec<Column>,
}

impl W3c {
    /// Knows no fields until a `#Fields:` line tells.
    pub fn new() -> Self {
        Self { name: "w3c", columns: Vec::new() }
    }

    /// Starts with what IIS logs when nothing else is chosen.
    pub fn iis() -> Self {
        Self { name: "iis", columns: fields::columns(IIS) }
    }

    /// Starts with the fields of CloudFront's standard log.
    pub fn cloudfront() -> Self {
        Self { name: "cloudfront", columns: fields::columns(CLOUDFRONT) }
    }
}

impl Default for W3c {
    fn default() -> Self {
        Self::new()
    }
}

impl Format for W3c {
    fn name(&self) -> &'static str {
        self.name
    }

    fn parse<'a>(&self, line: &'a [u8]) -> Result<Record<'a>, ParseError> {
        refuse_extremes(line)?;
        if line.starts_with(b"#") {
            return Ok(Record::default());
        }
        if self.columns.is_empty() {
            return Err(ParseError {
                at: 0,
                kind: ParseErrorKind::Expected("a #Fields line before the first record"),
            });
        }
        let separator = if memchr(b'\t', line).is_some() { b'\t' } else { b' ' };
        let mut builder = RecordBuilder::default();
        let mut at = 0;
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                if at == line.len() {
                    return Err(ParseError { at, kind: ParseErrorKind::CutOff(column.role.name()) });
                }
                at += 1;
            }
            let (value, end) = value(line, at, separator)?;
            let value = if column.encoded { decode(value, separator) } else { Cow::Borrowed(value) };
            builder.set(column.role, column.rank, value, at)?;
            at = end;
        }
        if !line[at..].trim_ascii().is_empty() {
            return Err(ParseError {
                at,
                kind: ParseErrorKind::Expected("the end of the line after the last field"),
            });
        }
        Ok(builder.finish())
    }

    fn stateful(&self) -> bool {
        true
    }

    fn successor(&self, line: &[u8]) -> Option<Box<dyn Format>> {
        let names = line.strip_prefix(b"#Fields:")?;
        let name = fields::writer(names).unwrap_or(self.name);
        Some(Box::new(Self { name, columns: fields::columns(names) }))
    }
}

/// The value at `at`, and where it ends: at the separator, at the end of the line, or behind its quotes.
fn value(line: &[u8], at: usize, separator: u8) -> Result<(&[u8], usize), ParseError> {
    let rest = &line[at..];
    if rest.starts_with(b"\"") {
        let mut end = 1;
        loop {
            let quote = memchr(b'"', rest.get(end..).unwrap_or_default());
            end +=
                quote.ok_or(ParseError { at: line.len(), kind: ParseErrorKind::CutOff("quoted field") })?;
            match rest.get(end + 1) {
                Some(b'"') => end += 2, // a quote inside is doubled
                None => return Ok((&rest[1..end], line.len())),
                Some(byte) if *byte == separator => return Ok((&rest[1..end], at + end + 1)),
                Some(_) => {
                    let kind = ParseErrorKind::Expected("a separator after the closing quote");
                    return Err(ParseError { at: at + end + 1, kind });
                }
            }
        }
    }
    let length = memchr(separator, rest).unwrap_or(rest.len());
    Ok((&rest[..length], at + length))
}

/// An agent or a list of addresses in plain, borrowed where it is plain already.
fn decode(value: &[u8], separator: u8) -> Cow<'_, [u8]> {
    if separator == b' ' {
        return plus_to_space(value);
    }
    let once = percent_decode(value);
    let twice = memchr::memmem::find(&once, b"%20").is_some() && memchr(b' ', &once).is_none();
    if twice { Cow::Owned(percent_decode(&once).into_owned()) } else { once }
}

/// `+` for a space; of two in a row the second is a plus, as in `(compatible;++http://…)`.
fn plus_to_space(value: &[u8]) -> Cow<'_, [u8]> {
    // A value that came in quotes holds its spaces itself.
    if memchr(b'+', value).is_none() || memchr(b' ', value).is_some() {
        return Cow::Borrowed(value);
    }
    let mut plain = value.to_vec();
    let mut after_space = false;
    for byte in &mut plain {
        after_space = *byte == b'+' && !after_space;
        if after_space {
            *byte = b' ';
        }
    }
    Cow::Owned(plain)
}

/// `%HH` as the byte it stands for; anything else as it is.
fn percent_decode(value: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr(b'%', value) else { return Cow::Borrowed(value) };
    let mut plain = value[..first].to_vec();
    let mut rest = &value[first..];
    while let Some((byte, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        let code = digit(0).zip(digit(1)).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        match code.filter(|_| *byte == b'%') {
            Some(code) => {
                plain.push(code);
                rest = &after[2..];
            }
            None => {
                plain.push(*byte);
                rest = after;
            }
        }
    }
    Cow::Owned(plain)
}
