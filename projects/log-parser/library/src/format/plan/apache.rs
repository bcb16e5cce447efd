//! Apache `LogFormat`: `%` directives between texts. Values stay as Apache escaped them.

use super::super::names::FormatError;
use super::super::record_builder::{Clock, Role, Unit};
use super::Plan;
use super::builder::{Builder, Escaping, Field};

const KIND: &str = "apache LogFormat";

/// Compiles the directive, or its string alone.
pub(super) fn compile(given: &str) -> Result<Plan, FormatError> {
    let (string, offset, escaped) = string_of(given)?;
    let bytes = string.as_bytes();
    let mut builder = Builder::new(KIND, Escaping::Backslash);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'%', Some(b'%')) => {
                builder.text(b"%");
                at += 2;
            }
            (b'%', _) => {
                let directive = Directive::read(string, at, offset)?;
                at += directive.length;
                directive.add_to(&mut builder)?;
            }
            (b'\\', Some(b't')) => {
                builder.text(b"\t");
                at += 2;
            }
            (b'\\', Some(quote @ (b'"' | b'\\'))) if escaped || *quote == b'"' => {
                builder.text(&[*quote]);
                at += 2;
            }
            (byte, _) => {
                builder.text(&[*byte]);
                at += 1;
            }
        }
    }
    builder.finish()
}

/// The string of `LogFormat "string" name`, where it starts, and whether its quotes are escaped.
fn string_of(given: &str) -> Result<(&str, usize, bool), FormatError> {
    let trimmed = given.trim_start();
    let word = trimmed.split_ascii_whitespace().next().unwrap_or_default();
    let directive = word.eq_ignore_ascii_case("LogFormat");
    if !directive {
        return Ok((given, 0, false));
    }
    let after = given.len() - trimmed.len() + word.len();
    let open = after + given[after..].find(['"', '\'']).ok_or(FormatError::NoRequest)?;
    let quote = given.as_bytes()[open];
    let mut at = open + 1;
    while let Some(byte) = given.as_bytes().get(at) {
        match byte {
            b'\\' => at += 2,
            byte if *byte == quote => return Ok((&given[open + 1..at], open + 1, true)),
            _ => at += 1,
        }
    }
    Err(FormatError::Unclosed { open: if quote == b'"' { "\"" } else { "'" }, at: open })
}

/// One `%` directive: `%>s`, `%{User-Agent}i`, `%!200,304{Referer}i`, `%^ti`.
#[derive(Debug)]
struct Directive<'s> {
    argument: Option<&'s str>,
    /// The letter, or for the three-letter directives `^` and two letters.
    letters: &'s str,
    at: usize,
    written: &'s str,
    length: usize,
}

impl<'s> Directive<'s> {
    fn read(string: &'s str, start: usize, offset: usize) -> Result<Self, FormatError> {
        let bytes = string.as_bytes();
        let mut at = start + 1;
        let mut argument = None;
        loop {
            match bytes.get(at) {
                // Which statuses are logged, and which of several internal requests: the value may be "-".
                Some(b'<' | b'>' | b'!' | b',' | b'0'..=b'9') => at += 1,
                Some(b'{') if argument.is_none() => {
                    let close = string[at..].find('}');
                    let close = at + close.ok_or(FormatError::Unclosed { open: "{", at: offset + at })?;
                    argument = Some(&string[at + 1..close]);
                    at = close + 1;
                }
                _ => break,
            }
        }
        let length = if bytes.get(at) == Some(&b'^') { 3 } else { 1 };
        let letters = string.get(at..at + length).filter(|letters| letters.is_ascii());
        let letters = letters.ok_or(FormatError::NoName { sign: '%', at: offset + start })?;
        let end = at + length;
        Ok(Self { argument, letters, at: offset + start, written: &string[start..end], length: end - start })
    }

    fn add_to(&self, builder: &mut Builder) -> Result<(), FormatError> {
        if self.letters == "t" {
            return self.add_time(builder);
        }
        let (role, rank) = self.meaning()?;
        let mut field = Field::new(role, self.at, self.written);
        field.rank = rank;
        builder.field(field, self.letters == "q")
    }

    /// `%t` brings its own brackets; `%{…}t` is a pattern or one of a few words.
    fn add_time(&self, builder: &mut Builder) -> Result<(), FormatError> {
        let given = self.argument.unwrap_or_default();
        let pattern = given.strip_prefix("begin:").or_else(|| given.strip_prefix("end:")).unwrap_or(given);
        let clock = match pattern {
            "" => {
                builder.text(b"[");
                builder.field(Field::new(Role::Time(Clock::Clf), self.at, self.written), false)?;
                builder.text(b"]");
                return Ok(());
            }
            "sec" => Role::Time(Clock::Epoch(Unit::Seconds)),
            "msec" => Role::Time(Clock::Epoch(Unit::Millis)),
            "usec" => Role::Time(Clock::Epoch(Unit::Micros)),
            "msec_frac" | "usec_frac" => Role::Ignored,
            "%d/%b/%Y:%H:%M:%S %z" => Role::Time(Clock::Clf),
            "%Y-%m-%dT%H:%M:%S%z" | "%FT%T%z" => Role::Time(Clock::Rfc3339),
            _ => Role::Time(Clock::Custom),
        };
        let mut field = Field::new(clock, self.at, self.written);
        field.inner_spaces = pattern.matches(' ').count();
        if clock == Role::Time(Clock::Custom) {
            field.pattern = Some(pattern.to_owned());
        }
        builder.field(field, false)
    }

    fn meaning(&self) -> Result<(Role, u8), FormatError> {
        let argument = self.argument.unwrap_or_default();
        let is = |name: &str| argument.eq_ignore_ascii_case(name);
        let role = match self.letters {
            "h" => Role::Client,
            "a" if argument.is_empty() => Role::Client,
            "a" => return Ok((Role::Client, 1)),
            "u" => Role::User,
            "r" => Role::RequestLine,
            "m" => Role::Method,
            "U" => Role::Target,
            "s" => Role::Status,
            "B" | "b" => Role::Bytes,
            "O" => return Ok((Role::Bytes, 1)),
            "v" => return Ok((Role::Host, 1)),
            "V" => Role::Host,
            "D" => Role::Duration(Unit::Micros),
            "T" => Role::Duration(match argument {
                "ms" => Unit::Millis,
                "us" => Unit::Micros,
                _ => return Ok((Role::Duration(Unit::Seconds), 1)),
            }),
            "i" if is("X-Forwarded-For") => Role::Forwarded,
            "i" if is("User-Agent") => Role::Agent,
            "i" if is("Referer") => Role::Referer,
            "i" if is("Host") => return Ok((Role::Host, 2)),
            "A" | "c" | "C" | "e" | "f" | "H" | "i" | "I" | "k" | "l" | "L" | "n" | "o" | "p" | "P" | "q"
            | "R" | "S" | "x" | "X" | "^FB" | "^FU" | "^ti" | "^to" => Role::Ignored,
            _ => {
                return Err(FormatError::UnknownDirective {
                    directive: self.written.to_owned(),
                    at: self.at,
                });
            }
        };
        Ok((role, 0))
    }
}
