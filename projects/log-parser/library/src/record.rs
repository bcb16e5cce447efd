//! One request of a log, whatever the format: borrowed bytes, nothing decoded.
//!
//! Formats make records; everything after them (filters, clients, bots, groups) reads nothing else.

use std::borrow::Cow;

/// The fields of one request. A field that the format lacks, or that the line leaves out, is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record<'a> {
    /// The peer's address or host name, as written.
    pub client: Cow<'a, [u8]>,
    /// `X-Forwarded-For`, as written.
    pub forwarded: Option<Cow<'a, [u8]>>,
    /// The authenticated user.
    pub user: Option<Cow<'a, [u8]>>,
    /// When the request came in.
    pub time: Time<'a>,
    /// The request.
    pub request: Request<'a>,
    /// Three digits; `None` where the log has none (`-`).
    pub status: Option<u16>,
    /// Bytes sent, where logged.
    pub bytes: Option<u64>,
    /// The `Referer` header.
    pub referer: Option<Cow<'a, [u8]>>,
    /// The `User-Agent` header.
    pub agent: Option<Cow<'a, [u8]>>,
    /// The virtual host that was asked.
    pub host: Option<Cow<'a, [u8]>>,
    /// Time taken, in microseconds.
    pub duration_us: Option<u64>,
}

/// The request, either as one line still to be split or as fields of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Request<'a> {
    /// No request at all.
    #[default]
    None,
    /// `GET /path?query HTTP/1.1`, as written.
    Line(Cow<'a, [u8]>),
    /// Method and target, from formats that log them apart.
    Split {
        /// As in `GET`.
        method: Cow<'a, [u8]>,
        /// Path and query, or an absolute URL.
        target: Cow<'a, [u8]>,
    },
}

/// A point in time, read only when somebody asks for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Time<'a> {
    /// Not logged.
    #[default]
    None,
    /// `17/May/2015:10:05:03 +0000`, the common log format's own.
    Clf(Cow<'a, [u8]>),
    /// `2026-11-20T10:05:03.123Z` or with an offset (RFC 3339).
    Rfc3339(Cow<'a, [u8]>),
    /// Date and time of W3C logs, in UTC: `2026-11-20` and `10:05:03`.
    DateTime(Cow<'a, [u8]>, Cow<'a, [u8]>),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Micros(i64),
}
