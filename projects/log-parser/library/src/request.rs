//! The parts of a request: method, target, path, host.
//!
//! Nothing is decoded here; that is for the queries that ask for it.

use crate::record::{Record, Request};

/// Method and target of a request, borrowed from its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<'r> {
    /// As in `GET`, byte for byte.
    pub method: &'r [u8],
    /// What was asked for: a path with its query, an absolute URL, or nothing.
    pub target: &'r [u8],
}

impl<'r> Parts<'r> {
    /// The request of a record; `None` where it holds no request at all.
    #[must_use]
    pub fn of(record: &'r Record<'_>) -> Option<Self> {
        match &record.request {
            Request::None => None,
            Request::Line(line) => Self::split(line),
            Request::Split { method, target } => Some(Self { method, target }),
        }
    }

    /// Splits a request line: the target lies between the first space and a last ` HTTP/x.y`.
    #[must_use]
    pub fn split(line: &'r [u8]) -> Option<Self> {
        // Methods are short: a plain search is done before a clever one has begun.
        let space = line.iter().position(|&byte| byte == b' ')?;
        Some(Self { method: &line[..space], target: without_version(&line[space + 1..]) })
    }

    /// The path: up to the first `?`, without scheme and host, `/` where that leaves nothing.
    #[must_use]
    pub fn path(&self) -> &'r [u8] {
        let end = memchr::memchr(b'?', self.target).unwrap_or(self.target.len());
        let target = &self.target[..end];
        let path = match after_scheme(target) {
            None => target,
            Some(rest) => memchr::memchr(b'/', rest).map_or(&b""[..], |slash| &rest[slash..]),
        };
        if path.is_empty() { b"/" } else { path }
    }

    /// The host of an absolute target, with its port where it has one.
    #[must_use]
    pub fn authority(&self) -> Option<&'r [u8]> {
        let rest = after_scheme(self.target)?;
        let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
        Some(&rest[..end])
    }
}

/// Drops one ` HTTP/x.y` from the end.
fn without_version(target: &[u8]) -> &[u8] {
    let digits = |bytes: &[u8]| bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let minor = digits(target);
    let Some(rest) = target[..target.len() - minor].strip_suffix(b".") else { return target };
    let major = digits(rest);
    match rest[..rest.len() - major].strip_suffix(b" HTTP/") {
        Some(bare) if minor > 0 && major > 0 => bare,
        _ => target,
    }
}

/// What follows `http://` or `https://`, in any case.
fn after_scheme(target: &[u8]) -> Option<&[u8]> {
    if !matches!(target, [b'h' | b'H', ..]) {
        return None;
    }
    [&b"http://"[..], b"https://"]
        .into_iter()
        .find(|scheme| target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
        .map(|scheme| &target[scheme.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, method: &str, path: &str) {
        let parts = Parts::split(line.as_bytes()).unwrap();
        let found = (String::from_utf8_lossy(parts.method), String::from_utf8_lossy(parts.path()));
        assert_eq!((&*found.0, &*found.1), (method, path), "{line:?}");
    }

    #[test]
    fn splits_a_line_into_method_and_path() {
        check("GET /a HTTP/1.1", "GET", "/a");
        check("GET /a?b=/c HTTP/1.1", "GET", "/a");
        check("GET /a", "GET", "/a");
        check("GET /a b HTTP/1.0", "GET", "/a b");
        check("GET /a HTTP/1.1 HTTP/1.1", "GET", "/a HTTP/1.1");
        check("GET /a http/1.1", "GET", "/a http/1.1");
        check("GET /a HTTP/1", "GET", "/a HTTP/1");
        check("GET /a HTTP/1.", "GET", "/a HTTP/1.");
        check("GET /a HTTP/.1", "GET", "/a HTTP/.1");
        check("GET /a HTTP/11.22", "GET", "/a");
        check("GET HTTP/1.1", "GET", "HTTP/1.1");
        check(" /a HTTP/1.1", "", "/a");
    }

    #[test]
    fn an_empty_target_is_the_root() {
        check("GET  HTTP/1.1", "GET", "/");
        check("GET ", "GET", "/");
        check("GET ?a=b HTTP/1.1", "GET", "/");
        check("GET http://a.example HTTP/1.1", "GET", "/");
        check("GET http://a.example?b HTTP/1.1", "GET", "/");
    }

    #[test]
    fn an_absolute_target_is_its_path() {
        check("GET http://a.example/b?c HTTP/1.1", "GET", "/b");
        check("GET HTTPS://a.example:8443/b HTTP/1.1", "GET", "/b");
        check("GET ftp://a.example/b HTTP/1.1", "GET", "ftp://a.example/b");
        check("GET http:/b HTTP/1.1", "GET", "http:/b");
    }

    #[test]
    fn what_has_no_space_is_no_request() {
        for line in ["", "-", "GET", "\u{16}\u{3}\u{1}"] {
            assert_eq!(Parts::split(line.as_bytes()), None, "{line:?}");
        }
    }
}
