//! nginx `log_format`: variables between texts, with `escape=default`, `json` or `none`.
//!
//! Values stay as nginx escaped them (`\x22`), but for `escape=json`, where they are unescaped.

use super::super::names::FormatError;
use super::super::record_builder::{Clock, Role, Unit};
use super::Plan;
use super::builder::{Builder, Escaping, Field};

/// Compiles the directive, or its string alone.
pub(super) fn compile(string: &str) -> Result<Plan, FormatError> {
    let source = Source::read(string)?;
    let kind =
        if source.escaping == Escaping::Json { "nginx log_format, escape=json" } else { "nginx log_format" };
    let mut builder = Builder::new(kind, source.escaping);
    let mut at = 0;
    while let Some(byte) = source.text.get(at) {
        if *byte != b'$' {
            builder.text(&[*byte]);
            at += 1;
            continue;
        }
        let (name, next) = variable(&source, at)?;
        let place = source.places[at];
        let (role, rank) = meaning(&name);
        let mut field = Field::new(role, place, format!("${name}"));
        field.rank = rank;
        field.inner_spaces = usize::from(name == "time_local");
        let is_query = matches!(name.as_str(), "is_args" | "args" | "query_string");
        builder.field(field, is_query)?;
        at = next;
    }
    builder.finish()
}

/// The variable that starts with the dollar at `at`, and where it ends.
fn variable(source: &Source, at: usize) -> Result<(String, usize), FormatError> {
    let braced = source.text.get(at + 1) == Some(&b'{');
    let start = at + 1 + usize::from(braced);
    let named = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = source.text[start.min(source.text.len())..].iter().take_while(named).count();
    let end = start + length;
    let at = source.places[at];
    if length == 0 {
        return Err(FormatError::NoName { sign: '$', at });
    }
    if braced && source.text.get(end) != Some(&b'}') {
        return Err(FormatError::Unclosed { open: "${", at });
    }
    let name = source.text[start..end].iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    Ok((name, end + usize::from(braced)))
}

/// What a variable means, and its rank. One that means nothing to a record is read over.
fn meaning(name: &str) -> (Role, u8) {
    let role = match name {
        "remote_addr" => Role::Client,
        "binary_remote_addr" | "realip_remote_addr" => return (Role::Client, 1),
        "proxy_protocol_addr" => return (Role::Client, 2),
        "http_x_forwarded_for" | "proxy_add_x_forwarded_for" => Role::Forwarded,
        "remote_user" => Role::User,
        "time_local" => Role::Time(Clock::Clf),
        "time_iso8601" => Role::Time(Clock::Rfc3339),
        "msec" => Role::Time(Clock::Epoch(Unit::Seconds)),
        "request" => Role::RequestLine,
        "request_method" => Role::Method,
        "request_uri" => Role::Target,
        "uri" | "document_uri" => return (Role::Target, 1),
        "status" => Role::Status,
        "body_bytes_sent" => Role::Bytes,
        "bytes_sent" => return (Role::Bytes, 1),
        "http_referer" => Role::Referer,
        "http_user_agent" => Role::Agent,
        "host" => Role::Host,
        "http_host" => return (Role::Host, 1),
        "server_name" => return (Role::Host, 2),
        "request_time" => Role::Duration(Unit::Seconds),
        _ => Role::Ignored,
    };
    (role, 0)
}

/// The string that a directive sets, and where each of its bytes is in the input.
#[derive(Debug)]
struct Source {
    text: Vec<u8>,
    places: Vec<usize>,
    escaping: Escaping,
}

impl Source {
    /// Reads `log_format name [escape=…] 'string' 'string' …;`, a part of it, or a bare string.
    fn read(given: &str) -> Result<Self, FormatError> {
        let mut source = Self { text: Vec::new(), places: Vec::new(), escaping: Escaping::Backslash };
        let bytes = given.as_bytes();
        let mut at = leading_space(bytes, 0);
        let directive = bytes[at..].starts_with(b"log_format");
        if directive {
            at = skip_word(bytes, at + "log_format".len()); // and the name
        }
        at = leading_space(bytes, at);
        if let Some(rest) = given[at..].strip_prefix("escape=") {
            let mode = rest.split(|byte: char| byte.is_whitespace()).next().unwrap_or_default();
            source.escaping = match mode {
                "default" => Escaping::Backslash,
                "json" => Escaping::Json,
                "none" => Escaping::None,
                _ => return Err(FormatError::UnknownEscape { mode: mode.to_owned(), at: at + 7 }),
            };
            at = leading_space(bytes, at + "escape=".len() + mode.len());
        }
        if directive || bytes.get(at) == Some(&b'\'') {
            source.read_strings(bytes, at)?;
        } else {
            source.text = bytes[at..].to_vec();
            source.places = (at..bytes.len()).collect();
        }
        Ok(source)
    }

    /// Quoted or bare words up to a semicolon, put together.
    fn read_strings(&mut self, bytes: &[u8], mut at: usize) -> Result<(), FormatError> {
        loop {
            at = leading_space(bytes, at);
            match bytes.get(at) {
                None | Some(b';') => return Ok(()),
                Some(quote @ (b'\'' | b'"')) => at = self.read_quoted(bytes, at, *quote)?,
                Some(_) => {
                    while let Some(byte) =
                        bytes.get(at).filter(|byte| !byte.is_ascii_whitespace() && **byte != b';')
                    {
                        self.push(*byte, at);
                        at += 1;
                    }
                }
            }
        }
    }

    fn read_quoted(&mut self, bytes: &[u8], open: usize, quote: u8) -> Result<usize, FormatError> {
        let mut at = open + 1;
        while let Some(byte) = bytes.get(at) {
            if *byte == quote {
                return Ok(at + 1);
            }
            let escaped = bytes.get(at + 1).filter(|_| *byte == b'\\');
            match escaped {
                Some(b't') => self.push(b'\t', at),
                Some(b'n') => self.push(b'\n', at),
                Some(b'r') => self.push(b'\r', at),
                Some(b'\\' | b'"' | b'\'') => self.push(bytes[at + 1], at),
                // nginx keeps the backslash before any other byte.
                Some(_) | None => {
                    self.push(*byte, at);
                    at += 1;
                    continue;
                }
            }
            at += 2;
        }
        Err(FormatError::Unclosed { open: if quote == b'"' { "\"" } else { "'" }, at: open })
    }

    fn push(&mut self, byte: u8, at: usize) {
        self.text.push(byte);
        self.places.push(at);
    }
}

fn leading_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// Goes past white space and the word behind it.
fn skip_word(bytes: &[u8], at: usize) -> usize {
    let mut at = leading_space(bytes, at);
    while bytes.get(at).is_some_and(|byte| !byte.is_ascii_whitespace()) {
        at += 1;
    }
    at
}
