//! Puts a plan together from the fields and texts of a format string, in their order, and refuses what
//! could not be read back.

use super::super::names::FormatError;
use super::super::record_builder::Role;
use super::{End, Plan, Step};

/// How the server keeps quotes inside values apart from those around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escaping {
    /// With a backslash.
    Backslash,
    /// As JSON strings do.
    Json,
    /// Not at all.
    None,
}

/// One field of a format string.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) role: Role,
    pub(super) rank: u8,
    pub(super) pattern: Option<String>,
    /// How many spaces the value always holds.
    pub(super) inner_spaces: usize,
    /// Where the field is in the format string.
    pub(super) at: usize,
    /// How the format string writes it.
    pub(super) written: String,
}

impl Field {
    pub(super) fn new(role: Role, at: usize, written: impl Into<String>) -> Self {
        Self { role, rank: 0, pattern: None, inner_spaces: 0, at, written: written.into() }
    }
}

#[derive(Debug)]
enum Part {
    Text(Vec<u8>),
    Field(Field),
}

/// Collects the parts of a format string.
#[derive(Debug)]
pub(super) struct Builder {
    kind: &'static str,
    escaping: Escaping,
    parts: Vec<Part>,
}

impl Builder {
    pub(super) fn new(kind: &'static str, escaping: Escaping) -> Self {
        Self { kind, escaping, parts: Vec::new() }
    }

    pub(super) fn text(&mut self, more: &[u8]) {
        match self.parts.last_mut() {
            Some(Part::Text(text)) => text.extend_from_slice(more),
            _ if more.is_empty() => {}
            _ => self.parts.push(Part::Text(more.to_vec())),
        }
    }

    /// Adds a field. A query string right behind a path is part of the target.
    pub(super) fn field(&mut self, field: Field, is_query: bool) -> Result<(), FormatError> {
        if let Some(Part::Field(before)) = self.parts.last() {
            if is_query && before.role == Role::Target {
                return Ok(());
            }
            if !(before.role == Role::Host && field.role == Role::Target) {
                return Err(FormatError::NothingBetween {
                    first: before.written.clone(),
                    second: field.written,
                    at: field.at,
                });
            }
        }
        self.parts.push(Part::Field(field));
        Ok(())
    }

    /// The plan, if a line can be read by it.
    pub(super) fn finish(self) -> Result<Plan, FormatError> {
        let escaping = self.escaping;
        let mut parts = self.parts.into_iter().peekable();
        let head = match parts.next_if(|part| matches!(part, Part::Text(_))) {
            Some(Part::Text(text)) => text,
            _ => Vec::new(),
        };
        let mut quoted = head.ends_with(b"\"");
        let mut steps: Vec<Step> = Vec::new();
        while let Some(part) = parts.next() {
            let Part::Field(field) = part else { continue };
            let next_is_field = matches!(parts.peek(), Some(Part::Field(_)));
            let text = match parts.next_if(|part| matches!(part, Part::Text(_))) {
                Some(Part::Text(text)) => text,
                _ => Vec::new(),
            };
            let next_quoted = text.ends_with(b"\"");
            let end = if next_is_field { End::Slash } else { end(&field, text, quoted, escaping)? };
            if let (Some(Step { role: Role::Target, end: before, .. }), true) =
                (steps.last_mut(), is_protocol(&field))
                && *before == End::Text(b" ".to_vec())
            {
                let text = match &end {
                    End::Text(text) | End::List(text) => text.clone(),
                    _ => Vec::new(),
                };
                *before = End::BeforeProtocol(text);
            }
            steps.push(Step { role: field.role, rank: field.rank, pattern: field.pattern, end });
            quoted = next_quoted;
        }
        let tells_request = |role| matches!(role, Role::RequestLine | Role::Target);
        if !steps.iter().any(|step| tells_request(step.role)) {
            return Err(FormatError::NoRequest);
        }
        // A path without a method is no request, and would count as none in silence.
        let tells_method = |role| matches!(role, Role::RequestLine | Role::Method);
        if !steps.iter().any(|step| tells_method(step.role)) {
            return Err(FormatError::NoMethod);
        }
        Ok(Plan { kind: self.kind, head, steps, json: escaping == Escaping::Json })
    }
}

/// `HTTP/1.1`, in the words of either server.
fn is_protocol(field: &Field) -> bool {
    matches!(field.written.as_str(), "$server_protocol" | "%H")
}

/// Where a field ends, given the text behind it.
fn end(field: &Field, text: Vec<u8>, quoted: bool, escaping: Escaping) -> Result<End, FormatError> {
    if text.is_empty() {
        return Ok(End::Line);
    }
    if quoted && text.starts_with(b"\"") && escaping != Escaping::None {
        return Ok(End::Quote(text[1..].to_vec()));
    }
    let space = text.starts_with(b" ");
    match field.role {
        Role::Agent if text.iter().all(|byte| *byte == b' ') => {
            Err(FormatError::SpacesInside { field: field.written.clone(), at: field.at })
        }
        Role::RequestLine => Ok(End::Protocol(text)),
        Role::Forwarded | Role::Ignored if space => Ok(End::List(text)),
        Role::Time(_) if text == b" " => Ok(End::Words(field.inner_spaces, text)),
        _ => Ok(End::Text(text)),
    }
}
