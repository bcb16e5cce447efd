//! Which requests are asked for: one method and path, byte for byte, or a pattern of paths.

use std::fmt;

use crate::escape::show;
use crate::path::{Normalization, PathPattern};

/// A request to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    method: Option<Vec<u8>>,
    path: Path,
    /// `METHOD /path`, where it is exactly that.
    start: Option<Vec<u8>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Path {
    Exact(Vec<u8>),
    Like(PathPattern),
}

/// Why a text is no request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// No space between two words.
    #[error("invalid request {text:?}: expected a method, a space and a path, such as 'GET /index.html'")]
    NoSpace {
        /// The whole text.
        text: String,
    },
    /// The first word cannot be a method.
    #[error("invalid request {text:?}: invalid method {method:?}, expected something like GET")]
    Method {
        /// The whole text.
        text: String,
        /// What is in the method's place.
        method: String,
    },
    /// The path does not begin with a slash.
    #[error("invalid request {text:?}: the path must begin with /")]
    NoSlash {
        /// The whole text.
        text: String,
    },
    /// Paths are compared without their query.
    #[error("invalid request {text:?}: a path ends before the ?, so remove the ? and what follows it")]
    Query {
        /// The whole text.
        text: String,
    },
}

impl Pattern {
    /// Reads `METHOD /path`: exactly this request.
    ///
    /// # Errors
    /// Where the text is no request.
    pub fn exact(text: &[u8]) -> Result<Self, PatternError> {
        let (method, path) = split(text)?;
        Ok(Self {
            method: Some(method.to_vec()),
            path: Path::Exact(path.to_vec()),
            start: Some(text.to_vec()),
        })
    }

    /// Reads `METHOD /path` where the path is a pattern, as in `GET /users/:id`, and the method may be `*`.
    ///
    /// # Errors
    /// Where the text is no request.
    pub fn with_wildcards(text: &[u8]) -> Result<Self, PatternError> {
        let (method, path) = split(text)?;
        let shown = || String::from_utf8_lossy(text).into_owned();
        let path = PathPattern::new(path).ok_or_else(|| PatternError::NoSlash { text: shown() })?;
        Ok(Self { method: (method != b"*").then(|| method.to_vec()), path: Path::Like(path), start: None })
    }

    /// Is this request line at first sight what is asked for? It may be even if this says no.
    #[must_use]
    pub(crate) fn begins(&self, line: &[u8]) -> bool {
        let rest = self.start.as_ref().and_then(|start| line.strip_prefix(&start[..]));
        matches!(rest, Some([b'?', ..] | b" HTTP/1.1" | b" HTTP/1.0" | b" HTTP/2.0"))
    }

    /// The same request for paths that are normalized.
    #[must_use]
    pub fn normalized(self, normalization: Normalization) -> Self {
        let path = match self.path {
            Path::Exact(path) => Path::Exact(path),
            Path::Like(pattern) => Path::Like(pattern.normalized(normalization)),
        };
        Self { path, ..self }
    }

    /// Is this a method that is asked for?
    #[must_use]
    pub fn matches_method(&self, method: &[u8]) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted == method)
    }

    /// Is this a path that is asked for? Both the path and the pattern are normalized already, the latter by [`Self::normalized`].
    #[must_use]
    pub fn matches_path(&self, path: &[u8], normalization: Normalization) -> bool {
        match &self.path {
            Path::Exact(wanted) if normalization.is_identity() => wanted == path,
            Path::Exact(wanted) => *normalization.apply(wanted) == *path,
            Path::Like(pattern) => pattern.matches(path),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = match &self.path {
            Path::Exact(path) => path,
            Path::Like(pattern) => pattern.text(),
        };
        write!(f, "{} {}", show(self.method.as_deref().unwrap_or(b"*")), show(path))
    }
}

/// Method and path of a request as a user writes it.
fn split(text: &[u8]) -> Result<(&[u8], &[u8]), PatternError> {
    let shown = || String::from_utf8_lossy(text).into_owned();
    let space = memchr::memchr(b' ', text).ok_or_else(|| PatternError::NoSpace { text: shown() })?;
    let (method, path) = (&text[..space], &text[space + 1..]);
    if method.is_empty() || !method.iter().all(|&byte| is_token(byte)) {
        let method = String::from_utf8_lossy(method).into_owned();
        return Err(PatternError::Method { text: shown(), method });
    }
    if !path.starts_with(b"/") {
        return Err(PatternError::NoSlash { text: shown() });
    }
    if path.contains(&b'?') {
        return Err(PatternError::Query { text: shown() });
    }
    Ok((method, path))
}

/// A byte that a method may hold.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_|~".contains(&byte)
}

/// Rules a request line out by a few words of memory, before anything is split.
#[derive(Clone, Debug)]
pub(crate) struct Prefilter {
    /// The first bytes of `METHOD /path`, and which of them count.
    start: [[u64; 2]; 4],
    /// The first bytes of `METHOD `, and which of them count.
    method: [u64; 2],
    /// Where the target begins.
    target: usize,
}

/// How many bytes of the request a prefilter compares.
const PREFILTER_LEN: usize = 32;

impl Prefilter {
    /// `None` for patterns that need the exact look at every line. Not for paths that are normalized.
    pub(crate) fn new(pattern: &Pattern) -> Option<Self> {
        let (Some(method), Path::Exact(path)) = (&pattern.method, &pattern.path) else { return None };
        let target = method.len() + 1;
        if target > 8 {
            return None;
        }
        let text = [&method[..], b" ", path].concat();
        let word = |at: usize, length: usize| {
            let mut pair = [[0u8; 8]; 2];
            for (place, byte) in text[..length].iter().enumerate().skip(at).take(8) {
                pair[0][place - at] = *byte;
                pair[1][place - at] = 0xFF;
            }
            pair.map(u64::from_le_bytes)
        };
        let length = text.len().min(PREFILTER_LEN);
        let start = [0, 8, 16, 24].map(|at| word(at, length));
        Some(Self { start, method: word(0, target), target })
    }

    /// Is it sure that the request that begins at `at` is another? Looks past the request's end if need
    /// be, which is no harm: where the closing quote differs, the request does.
    #[inline]
    pub(crate) fn rules_out(&self, data: &[u8], at: usize) -> bool {
        let Some(bytes) = data.get(at..).and_then(|rest| rest.first_chunk::<PREFILTER_LEN>()) else {
            return false;
        };
        let (words, _) = bytes.as_chunks::<8>();
        let differs = |word: [u8; 8], [wanted, mask]: [u64; 2]| (u64::from_le_bytes(word) ^ wanted) & mask;
        let difference =
            words.iter().zip(self.start).fold(0, |sum, (word, wanted)| sum | differs(*word, wanted));
        if difference == 0 {
            return false;
        }
        // Another method; or the same, and the target is a path from its first byte, so that no scheme,
        // host or emptiness can make it the one that is wanted.
        differs(words[0], self.method) != 0 || bytes[self.target] == b'/'
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Parts;
    use proptest::prelude::*;

    fn takes(pattern: &Pattern, line: &str) -> bool {
        let parts = Parts::split(line.as_bytes()).unwrap();
        pattern.matches_method(parts.method) && pattern.matches_path(parts.path(), Normalization::default())
    }

    #[test]
    fn refuses_what_is_no_request() {
        for text in ["", "GET", "/a", "GET a", "GET  /a", " /a", "G(T /a", "GET /a?b", "GET http://a/b"] {
            assert!(Pattern::exact(text.as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_path_may_hold_spaces() {
        let pattern = Pattern::exact(b"GET /a b").unwrap();
        assert!(takes(&pattern, "GET /a b HTTP/1.1"));
        assert!(!takes(&pattern, "GET /a HTTP/1.1"));
    }

    #[test]
    fn only_a_pattern_has_signs() {
        let exact = Pattern::exact(b"GET /users/:id").unwrap();
        assert!(takes(&exact, "GET /users/:id HTTP/1.1") && !takes(&exact, "GET /users/7 HTTP/1.1"));
        let like = Pattern::with_wildcards(b"* /users/:id").unwrap();
        assert!(takes(&like, "PUT /users/7 HTTP/1.1") && !takes(&like, "PUT /users HTTP/1.1"));
    }

    #[test]
    fn both_sides_are_normalized() {
        let pattern = Pattern::exact(b"GET /Users/").unwrap();
        let normalization =
            Normalization { ignore_case: true, ignore_slash: true, ..Normalization::default() };
        assert!(pattern.matches_path(&normalization.apply(b"/uSers"), normalization));
    }

    proptest! {
        #[test]
        fn the_prefilter_never_loses_a_match(
            wanted in "(GET|PUT) /([ab/\" ]{0,40})?", line in "(GET|PUT) (http://h)?[ab/?\" ]{0,40}( HTTP/1.1)?", way in 0..4,
        ) {
            let pattern = Pattern::exact(wanted.as_bytes()).unwrap();
            let (method, path) = wanted.split_once(' ').unwrap();
            let request = match way {
                0 => format!("{wanted} HTTP/1.1"),
                1 => format!("{method} http://h{path}?a HTTP/1.1"),
                // The root, if that is what is wanted.
                2 => format!("{method}  HTTP/1.1"),
                _ => line,
            };
            let data = format!("{request}\" 200 5 \"-\" \"an agent that is long enough\"\n");
            let prefilter = Prefilter::new(&pattern).unwrap();
            if prefilter.rules_out(data.as_bytes(), 0) {
                prop_assert!(!takes(&pattern, &request), "{request:?}");
            }
        }
    }
}
