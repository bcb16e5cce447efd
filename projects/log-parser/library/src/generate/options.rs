//! What a log is to be like.

use ipnet::IpNet;
use thiserror::Error;

/// An average line's length, for logs whose size is given in bytes. Close is enough: it only spreads the day.
pub(super) const AVERAGE_LINE: u64 = 235;

/// Starts that leave room for a log on either side of what a timestamp can say.
const STARTS: std::ops::RangeInclusive<i64> = -300_000_000_000..=250_000_000_000;

/// What a log is to be like. The log covers about a day, with quiet nights.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The same seed gives the same log.
    pub seed: u64,
    /// How much of it.
    pub size: Size,
    /// What is out of the ordinary, for benchmarks.
    pub shape: Shape,
    /// The share of lines that are hostile or broken, from 0 to 1.
    pub hostile: f64,
    /// The first line's time, in seconds since 1970.
    pub start: i64,
    /// The method that is counted, without `%`.
    pub method: String,
    /// The path that is counted: printable ASCII that begins with `/`, without space, `"`, `%`, `?` or `\`.
    pub path: String,
    /// Own servers. Some of the lines come from them.
    pub own: Vec<IpNet>,
}

impl Default for Options {
    fn default() -> Self {
        let own = ["10.0.0.0/8", "192.168.0.0/16", "fd00::/8"];
        Self {
            seed: 1,
            size: Size::Lines(100_000),
            shape: Shape::Realistic,
            hostile: 0.02,
            start: 1_795_132_800,
            method: "POST".to_owned(),
            path: "/api/v1/users".to_owned(),
            own: own.map(|range| range.parse().expect("the default ranges are ranges")).to_vec(),
        }
    }
}

/// How much log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// This many lines.
    Lines(u64),
    /// At least this many bytes, up to the end of the line.
    Bytes(u64),
}

/// What is out of the ordinary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// Nothing.
    #[default]
    Realistic,
    /// Each line has an agent of its own.
    DistinctAgents,
    /// Each request for something else has a path of its own.
    DistinctPaths,
    /// The log is one single line: a request for what is counted, with a query that makes up the size.
    OneLine,
}

impl Options {
    /// Checks all that can be checked without drawing anything.
    pub(super) fn check(&self) -> Result<(), OptionsError> {
        if !(0.0..=1.0).contains(&self.hostile) {
            return Err(OptionsError::Hostile { share: self.hostile });
        }
        if !STARTS.contains(&self.start) {
            return Err(OptionsError::Start { start: self.start });
        }
        if self.method.is_empty() || !self.method.bytes().all(is_token) {
            return Err(OptionsError::Method { method: self.method.clone() });
        }
        let allowed = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'%' | b'?' | b'\\');
        if !self.path.starts_with('/') || !self.path.bytes().all(allowed) {
            return Err(OptionsError::Path { path: self.path.clone() });
        }
        Ok(())
    }

    /// How many lines the log will have, about.
    pub(super) fn lines(&self) -> u64 {
        match self.size {
            Size::Lines(lines) => lines,
            Size::Bytes(bytes) => bytes / AVERAGE_LINE,
        }
    }
}

/// Whether a byte may be in a method; `%` may not, as in the path: the log's templates give it a meaning.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$&'*+-.^_|~".contains(&byte)
}

/// Why a log cannot be made.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum OptionsError {
    /// Not a share.
    #[error("invalid share of hostile lines {share}: expected a number from 0 to 1")]
    Hostile {
        /// As given.
        share: f64,
    },
    /// Too far from 1970 for a timestamp.
    #[error("a log cannot start {start} seconds from 1970")]
    Start {
        /// As given.
        start: i64,
    },
    /// Not a method.
    #[error("invalid method {method:?}: expected something like GET")]
    Method {
        /// As given.
        method: String,
    },
    /// Not a path that every log can hold as it is.
    #[error(
        "invalid path {path:?}: expected printable text that begins with /, without space, \", %, ? or \\"
    )]
    Path {
        /// As given.
        path: String,
    },
    /// No address is left for anybody else.
    #[error("the own ranges cover the addresses that other clients would come from")]
    OwnEverywhere,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(change: impl FnOnce(&mut Options), expected: &str) {
        let mut options = Options::default();
        change(&mut options);
        let said = options.check().map_or_else(|error| error.to_string(), |()| "fine".to_owned());
        assert!(said.contains(expected), "{said}");
    }

    #[test]
    fn options_that_contradict_themselves_are_refused() {
        check(|_| (), "fine");
        check(|options| options.hostile = 1.5, "lines 1.5: expected a number from 0 to 1");
        check(|options| options.hostile = f64::NAN, "lines NaN");
        check(|options| options.start = i64::MAX, "cannot start");
        check(|options| options.method.clear(), "invalid method \"\"");
        check(|options| options.method = "GET /".to_owned(), "invalid method \"GET /\"");
        check(|options| options.path = "api".to_owned(), "invalid path \"api\"");
        check(|options| options.path = "/a?b".to_owned(), "invalid path");
        check(|options| options.path = "/a b".to_owned(), "invalid path");
        check(|options| options.path = "/caf\u{e9}".to_owned(), "invalid path");
    }
}
