//! JSON lines: nginx with a JSON `log_format`, Caddy, Traefik, and others that name their fields alike.
//!
//! One table of keys serves all of them, since no key means two things. Strings are unescaped: the escapes
//! belong to JSON and not to the value. A line that is an object but tells of no request (Caddy logs its
//! own start into the same stream) is a record of no request.

mod keys;
mod reader;

use std::borrow::Cow;

use crate::Record;

use super::record_builder::{RecordBuilder, Role};
use super::{Format, ParseError, ParseErrorKind, refuse_extremes};
use keys::{Scope, meaning};
use reader::{Reader, Value};

pub(super) use reader::unescape;

/// One JSON object a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn parse<'a>(&self, line: &'a [u8]) -> Result<Record<'a>, ParseError> {
        refuse_extremes(line)?;
        let mut reader = Reader::new(line);
        let mut builder = RecordBuilder::default();
        reader.open_object()?;
        read_object(&mut reader, Scope::Top, &mut builder)?;
        if !reader.at_end() {
            return Err(reader.error(ParseErrorKind::Expected("the end of the line after the object")));
        }
        Ok(builder.finish())
    }
}

/// Reads what is left of an object. It calls itself only for objects of a known name, two deep at most.
fn read_object<'a>(
    reader: &mut Reader<'a>,
    scope: Scope,
    builder: &mut RecordBuilder<'a>,
) -> Result<(), ParseError> {
    while let Some(key) = reader.key()? {
        let at = reader.at();
        match (reader.value()?, scope.inner(key)) {
            (Value::Object, Some(inner)) => read_object(reader, inner, builder)?,
            (Value::Object | Value::Array, None) if meaning(scope, key).is_none() => reader.skip_nested()?,
            (Value::Object, None) => reader.skip_nested()?,
            (Value::Array, _) => {
                let joined = reader.strings()?;
                note(scope, key, joined, at, builder)?;
            }
            (Value::Text(text) | Value::Bare(text), _) => note(scope, key, text, at, builder)?,
        }
    }
    Ok(())
}

fn note<'a>(
    scope: Scope,
    key: &[u8],
    value: Cow<'a, [u8]>,
    at: usize,
    builder: &mut RecordBuilder<'a>,
) -> Result<(), ParseError> {
    let Some((role, rank)) = meaning(scope, key) else { return Ok(()) };
    // A connection that ended before its answer has status 0.
    if matches!((role, &*value), (_, b"null") | (Role::Status, b"0")) {
        return Ok(());
    }
    builder.set(role, rank, value, at)
}
