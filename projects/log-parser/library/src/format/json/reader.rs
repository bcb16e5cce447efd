//! A JSON reader for logs: strict about where an object begins and ends, lenient about what servers really
//! write. nginx writes illegal `\xHH` escapes with its default escaping, nothing at all for an unquoted
//! value that is missing, lists of times without quotes, and a comma too many where the person who wrote
//! the format left one.

use std::borrow::Cow;

use super::super::cursor::closing_quote;
use super::super::{ParseError, ParseErrorKind};

/// A value, or the opening of one that holds others.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Text(Cow<'a, [u8]>),
    /// A number, a word, or nothing.
    Bare(Cow<'a, [u8]>),
    Object,
    Array,
}

/// A position in the object of a line.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    line: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(line: &'a [u8]) -> Self {
        Self { line, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn error(&self, kind: ParseErrorKind) -> ParseError {
        ParseError { at: self.at, kind }
    }

    fn cut_off(&self, what: &'static str) -> ParseError {
        ParseError { at: self.line.len(), kind: ParseErrorKind::CutOff(what) }
    }

    fn peek(&mut self) -> Option<u8> {
        while let Some(byte) = self.line.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\r') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    pub(super) fn at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    pub(super) fn open_object(&mut self) -> Result<(), ParseError> {
        if self.peek() != Some(b'{') {
            return Err(self.error(ParseErrorKind::Expected("the brace that opens an object")));
        }
        self.at += 1;
        Ok(())
    }

    /// The next key of the open object, as written, or `None` where the object ends.
    pub(super) fn key(&mut self) -> Result<Option<&'a [u8]>, ParseError> {
        while self.peek() == Some(b',') {
            self.at += 1;
        }
        match self.peek() {
            None => Err(self.cut_off("object")),
            Some(b'}') => {
                self.at += 1;
                Ok(None)
            }
            Some(b'"') => {
                let key = self.raw_string("key")?;
                if self.peek() != Some(b':') {
                    return Err(self.error(ParseErrorKind::Expected("a colon after the key")));
                }
                self.at += 1;
                Ok(Some(key))
            }
            Some(_) => Err(self.error(ParseErrorKind::Expected("a key in quotes"))),
        }
    }

    /// The value after a key. Objects and arrays are opened, not read.
    pub(super) fn value(&mut self) -> Result<Value<'a>, ParseError> {
        match self.peek() {
            Some(b'"') => Ok(Value::Text(unescape(self.raw_string("string")?))),
            Some(open @ (b'{' | b'[')) => {
                self.at += 1;
                Ok(if open == b'{' { Value::Object } else { Value::Array })
            }
            _ => {
                let start = self.at;
                let text = self.bare();
                match memchr::memchr(b'"', text) {
                    None => Ok(Value::Bare(Cow::Borrowed(text))),
                    Some(quote) => {
                        let kind = ParseErrorKind::Expected("a comma before the next key");
                        Err(ParseError { at: start + quote, kind })
                    }
                }
            }
        }
    }

    /// Up to the comma before the next key, or to the end of the object.
    fn bare(&mut self) -> &'a [u8] {
        let start = self.at;
        loop {
            let rest = &self.line[self.at..];
            let stop = memchr::memchr3(b',', b'}', b']', rest).unwrap_or(rest.len());
            self.at += stop;
            let end = self.at;
            if rest.get(stop) == Some(&b',') {
                self.at += 1;
                let list_goes_on = self.peek().is_some_and(|byte| byte.is_ascii_digit() || byte == b'-');
                if list_goes_on {
                    continue;
                }
                self.at = end;
            }
            return self.line[start..end].trim_ascii();
        }
    }

    /// What is between two quotes; the cursor is at the first.
    fn raw_string(&mut self, what: &'static str) -> Result<&'a [u8], ParseError> {
        let text = &self.line[self.at + 1..];
        let end = closing_quote(text).ok_or_else(|| self.cut_off(what))?;
        self.at += end + 2;
        Ok(&text[..end])
    }

    /// Reads what is left of an array, its strings joined with commas as headers are.
    pub(super) fn strings(&mut self) -> Result<Cow<'a, [u8]>, ParseError> {
        let mut joined: Option<Cow<'a, [u8]>> = None;
        loop {
            match self.peek() {
                None => return Err(self.cut_off("array")),
                Some(b']') => {
                    self.at += 1;
                    return Ok(joined.unwrap_or_default());
                }
                Some(b',') => self.at += 1,
                Some(b'"') => {
                    let text = unescape(self.raw_string("string")?);
                    match &mut joined {
                        None => joined = Some(text),
                        Some(joined) => {
                            joined.to_mut().extend_from_slice(b", ");
                            joined.to_mut().extend_from_slice(&text);
                        }
                    }
                }
                Some(_) => {
                    return Err(self.error(ParseErrorKind::Expected("a string or the end of the array")));
                }
            }
        }
    }

    /// Goes past what is left of an object or array, whatever it holds, however deep.
    pub(super) fn skip_nested(&mut self) -> Result<(), ParseError> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.line.get(self.at) {
                None => return Err(self.cut_off("object")),
                Some(b'"') => {
                    self.raw_string("string")?;
                }
                Some(byte) => {
                    match byte {
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth -= 1,
                        _ => {}
                    }
                    self.at += 1;
                }
            }
        }
        Ok(())
    }
}

/// Undoes the escapes of a JSON string, and nginx's `\xHH`. Borrows where there are none.
pub(in super::super) fn unescape(raw: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(b'\\', raw) else { return Cow::Borrowed(raw) };
    let mut text = raw[..first].to_vec();
    let mut rest = &raw[first..];
    while let Some((byte, after)) = rest.split_first() {
        rest = if *byte == b'\\' { unescape_one(after, &mut text) } else { after };
        if *byte != b'\\' {
            text.push(*byte);
        }
    }
    Cow::Owned(text)
}

/// Undoes the escape whose backslash is before `after`; one that means nothing keeps its backslash.
fn unescape_one<'r>(after: &'r [u8], text: &mut Vec<u8>) -> &'r [u8] {
    let Some((kind, rest)) = after.split_first() else {
        text.push(b'\\');
        return after;
    };
    match kind {
        b'n' => text.push(b'\n'),
        b't' => text.push(b'\t'),
        b'r' => text.push(b'\r'),
        b'b' => text.push(8),
        b'f' => text.push(12),
        b'"' | b'\\' | b'/' => text.push(*kind),
        b'x' => {
            if let Some(byte) = hex(rest, 2).and_then(|code| u8::try_from(code).ok()) {
                text.push(byte);
                return &rest[2..];
            }
            text.extend_from_slice(b"\\x");
        }
        b'u' => {
            if let Some(rest) = unescape_unicode(rest, text) {
                return rest;
            }
            text.extend_from_slice(b"\\u");
        }
        _ => text.extend_from_slice(&[b'\\', *kind]),
    }
    rest
}

/// Four digits, or two times four for what lies past them; half a pair becomes the replacement character.
fn unescape_unicode<'r>(digits: &'r [u8], text: &mut Vec<u8>) -> Option<&'r [u8]> {
    let unit = hex(digits, 4)?;
    let rest = &digits[4..];
    let low =
        rest.strip_prefix(b"\\u").and_then(|low| hex(low, 4)).filter(|low| (0xDC00..0xE000).contains(low));
    let (code, rest) = match (unit, low) {
        (0xD800..0xDC00, Some(low)) => (0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00), &rest[6..]),
        _ => (unit, rest),
    };
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Some(rest)
}

fn hex(text: &[u8], length: usize) -> Option<u32> {
    let digits = text.get(..length)?;
    digits.iter().try_fold(0, |sum, byte| Some(sum * 16 + char::from(*byte).to_digit(16)?))
}
