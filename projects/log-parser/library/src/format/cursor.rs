//! A position in a line, and the few moves that text formats need. The error of a move names what it looked for.

use memchr::{memchr, memmem};

use super::{ParseError, ParseErrorKind};

/// A line and how far it is read.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    line: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(line: &'a [u8]) -> Self {
        Self { line, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// What is left to read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.line.get(self.at..).unwrap_or_default()
    }

    pub(super) fn at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// Something is wrong right here.
    pub(super) fn error(&self, kind: ParseErrorKind) -> ParseError {
        ParseError { at: self.at, kind }
    }

    /// The line ends too early.
    pub(super) fn cut_off(&self, field: &'static str) -> ParseError {
        ParseError { at: self.line.len(), kind: ParseErrorKind::CutOff(field) }
    }

    pub(super) fn advance(&mut self, bytes: usize) -> &'a [u8] {
        let taken = &self.rest()[..bytes];
        self.at += bytes;
        taken
    }

    /// The line up to `bytes` before the cursor.
    pub(super) fn before(&self, bytes: usize) -> &'a [u8] {
        &self.line[..self.at - bytes]
    }

    /// Goes past `text`, which must stand here; `what` names it.
    pub(super) fn expect(&mut self, text: &[u8], what: &'static str) -> Result<(), ParseError> {
        self.expect_or(text, ParseErrorKind::Expected(what))
    }

    /// Goes past `text`, or says where the line leaves it.
    pub(super) fn expect_or(&mut self, text: &[u8], kind: ParseErrorKind) -> Result<(), ParseError> {
        if !self.rest().starts_with(text) {
            let agreed = self.rest().iter().zip(text).take_while(|(a, b)| a == b).count();
            return Err(ParseError { at: self.at + agreed, kind });
        }
        self.at += text.len();
        Ok(())
    }

    /// Takes what is before the next `end`, and goes past `end`. It may be empty.
    pub(super) fn until(&mut self, end: &[u8], field: &'static str) -> Result<&'a [u8], ParseError> {
        let found = match end {
            [byte] => memchr(*byte, self.rest()),
            _ => memmem::find(self.rest(), end),
        };
        let taken = self.advance(found.ok_or_else(|| self.cut_off(field))?);
        self.at += end.len();
        Ok(taken)
    }

    /// As [`Self::until`], of at least one byte.
    pub(super) fn some_until(&mut self, end: &[u8], field: &'static str) -> Result<&'a [u8], ParseError> {
        let empty = self.error(ParseErrorKind::Empty(field));
        let taken = self.until(end, field)?;
        if taken.is_empty() { Err(empty) } else { Ok(taken) }
    }

    /// Takes what is before the quote that closes here, and goes past it. A backslash takes the next
    /// byte with it, so `\"` does not close and `\\"` does.
    pub(super) fn until_quote(&mut self, field: &'static str) -> Result<&'a [u8], ParseError> {
        let end = closing_quote(self.rest()).ok_or_else(|| self.cut_off(field))?;
        let taken = self.advance(end);
        self.at += 1;
        Ok(taken)
    }

    /// Takes the word up to the next space or the end of the line; the space stays.
    pub(super) fn word(&mut self) -> &'a [u8] {
        let rest = self.rest();
        self.advance(memchr(b' ', rest).unwrap_or(rest.len()))
    }
}

/// The position of the first quote that no backslash escapes.
pub(super) fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}
