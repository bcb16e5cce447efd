//! The columns that a `#Fields:` line names.

use super::super::record_builder::{Clock, Role, Unit};

/// One column of a W3C log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) role: Role,
    pub(super) rank: u8,
    /// The value may hold spaces, so they come encoded.
    pub(super) encoded: bool,
}

/// The columns of a `#Fields:` line, without that word.
pub(super) fn columns(names: &[u8]) -> Vec<Column> {
    let unit = if writer(names) == Some("iis") { Unit::Millis } else { Unit::Seconds };
    words(names).map(|name| column(name, unit)).collect()
}

/// Who writes such columns, where one of them gives it away.
pub(super) fn writer(names: &[u8]) -> Option<&'static str> {
    words(names).find_map(|name| match name {
        b"x-edge-location" | b"x-edge-request-id" => Some("cloudfront"),
        b"sc-win32-status" | b"sc-substatus" | b"s-sitename" => Some("iis"),
        _ => None,
    })
}

fn words(names: &[u8]) -> impl Iterator<Item = &[u8]> {
    names.split(u8::is_ascii_whitespace).filter(|name| !name.is_empty())
}

fn column(name: &[u8], unit: Unit) -> Column {
    let (role, rank) = meaning(name, unit);
    Column { role, rank, encoded: matches!(role, Role::Agent | Role::Forwarded) }
}

fn is(name: &[u8], expected: &str) -> bool {
    name.eq_ignore_ascii_case(expected.as_bytes())
}

fn meaning(name: &[u8], unit: Unit) -> (Role, u8) {
    const TABLE: &[(&str, Role, u8)] = &[
        ("date", Role::Time(Clock::Date), 0),
        ("time", Role::Time(Clock::TimeOfDay), 0),
        ("c-ip", Role::Client, 0),
        ("x-forwarded-for", Role::Forwarded, 0),
        ("cs(X-Forwarded-For)", Role::Forwarded, 1),
        ("cs-username", Role::User, 0),
        ("cs-method", Role::Method, 0),
        ("cs-uri-stem", Role::Target, 0),
        ("cs-uri", Role::Target, 1),
        ("sc-status", Role::Status, 0),
        ("sc-bytes", Role::Bytes, 0),
        ("cs(User-Agent)", Role::Agent, 0),
        ("cs(Referer)", Role::Referer, 0),
        // In CloudFront's logs cs(Host) is the distribution, and this is what the client asked for.
        ("x-host-header", Role::Host, 0),
        ("cs(Host)", Role::Host, 1),
        ("cs-host", Role::Host, 1),
    ];
    if is(name, "time-taken") {
        return (Role::Duration(unit), 0);
    }
    let known = TABLE.iter().find(|(known, ..)| is(name, known));
    known.map_or((Role::Ignored, 0), |(_, role, rank)| (*role, *rank))
}
