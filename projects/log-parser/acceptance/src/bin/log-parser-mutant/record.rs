//! The record grammar, read from left to right, and the request in it.

use log_parser_acceptance::mutants::Defect;

use crate::Wrong;
use crate::question::Question;

/// The fields that play a part.
pub(crate) struct Record<'a> {
    pub(crate) client: &'a [u8],
    pub(crate) request: &'a [u8],
    pub(crate) status: &'a [u8],
    pub(crate) agent: &'a [u8],
    /// What follows the agent's closing quote.
    pub(crate) rest: &'a [u8],
}

impl<'a> Record<'a> {
    /// Reads a line; `None` where it is malformed.
    pub(crate) fn read(line: &'a [u8], question: &Question, wrong: Wrong) -> Option<Self> {
        if wrong.is(Defect::OnlyUtf8) && str::from_utf8(line).is_err() {
            return None;
        }
        let line = if wrong.is(Defect::GapAtStart) { line.trim_ascii_start() } else { line };
        let (client, rest) = word(line)?;
        let (_identity, rest) = word(gap(rest, wrong, Defect::GapAtIdentity)?)?;
        let rest = after_user(rest.strip_prefix(b" ")?, wrong)?;
        let time = find(rest, b"]").filter(|&end| end > 0 || wrong.is(Defect::EmptyTime))?;
        let (request, rest) = quoted(gap(&rest[time + 1..], wrong, Defect::GapAtRequest)?, wrong)?;
        let (status, rest) = word(gap(rest, wrong, Defect::GapAtStatus)?)?;
        if !(status.len() == 3 && status.iter().all(u8::is_ascii_digit) || wrong.is(Defect::StatusUnread)) {
            return None;
        }
        let rest = gap(rest, wrong, Defect::GapAtSize)?;
        // The size is the last word that a line without referer and agent would have.
        let (size, rest) = word(rest).unwrap_or((rest, b""));
        if !(is_size(size, wrong) || wrong.is(Defect::SizeUnread)) {
            return None;
        }
        if rest.is_empty() && wrong.is(Defect::AgentOptional) {
            return Some(Self { client, request, status, agent: b"-", rest });
        }
        let (_referer, rest) = quoted(gap(rest, wrong, Defect::GapAtReferer)?, wrong)?;
        let (mut agent, rest) = quoted(gap(rest, wrong, Defect::GapAtAgent)?, wrong)?;
        if question.proxies.is_empty() {
            if wrong.is(Defect::RestIsMalformed) && !rest.is_empty() {
                return None;
            }
            if wrong.is(Defect::AgentIsLast) {
                agent = last_quoted(rest, wrong).unwrap_or(agent);
            }
        }
        if wrong.is(Defect::DashIsMalformed) && matches!(request, b"-" | b"") {
            return None;
        }
        Some(Self { client, request, status, agent, rest })
    }
}

/// The last complete quoted field of what follows the agent.
pub(crate) fn last_quoted(rest: &[u8], wrong: Wrong) -> Option<&[u8]> {
    let mut last = None;
    let mut rest = rest;
    while let Some(quote) = find(rest, b"\"") {
        let Some((field, after)) = quoted(&rest[quote..], wrong) else { break };
        last = Some(field);
        rest = after;
        if wrong.is(Defect::ForwardedIsFirst) {
            break;
        }
    }
    last
}

/// Where the needle begins.
pub(crate) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// A word up to the next space, and what follows it.
fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = text.iter().position(|&byte| byte == b' ').filter(|&end| end > 0)?;
    Some(text.split_at(space))
}

/// What follows the user and the bracket that ends it.
fn after_user(text: &[u8], wrong: Wrong) -> Option<&[u8]> {
    let bracket = match wrong.0 {
        Some(Defect::UserEndsLast) => text.windows(2).rposition(|window| window == b" [")?,
        _ => find(text, b" [").filter(|&end| end > 0 || wrong.is(Defect::EmptyUser))?,
    };
    let user = &text[..bracket];
    let refused = match wrong.0 {
        Some(Defect::UserIsAWord) => user.contains(&b' '),
        Some(Defect::UserTrimmed) => user.trim_ascii() != user,
        _ => false,
    };
    (!refused).then(|| &text[bracket + 2..])
}

/// What follows the one space between two fields; `here` is the defect of allowing more at just this place.
fn gap(text: &[u8], wrong: Wrong, here: Defect) -> Option<&[u8]> {
    let text = text.strip_prefix(b" ")?;
    if wrong.is(Defect::GapsAllowed) || wrong.is(here) { Some(text.trim_ascii_start()) } else { Some(text) }
}

/// A quoted field without its quotes, and what follows it.
fn quoted(text: &[u8], wrong: Wrong) -> Option<(&[u8], &[u8])> {
    let text = text.strip_prefix(b"\"")?;
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'"' if wrong.is(Defect::EscapeByOneByte) && at > 0 && text[at - 1] == b'\\' => at += 1,
            b'"' => return Some((&text[..at], &text[at + 1..])),
            b'\\' if !wrong.is(Defect::EscapeIgnored) && !wrong.is(Defect::EscapeByOneByte) => at += 2,
            _ => at += 1,
        }
    }
}

/// Digits, or a dash for none.
fn is_size(size: &[u8], wrong: Wrong) -> bool {
    if size == b"-" {
        return true;
    }
    let fits = size.len() < 20 || !wrong.is(Defect::SizeIn64Bits);
    !size.is_empty() && size.iter().all(u8::is_ascii_digit) && fits
}
