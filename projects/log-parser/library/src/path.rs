//! Paths that match a pattern, and paths normalized before they are compared.

use std::borrow::Cow;

/// What is done to a path before it is compared or grouped. By default nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Normalization {
    /// `%41` is `A`.
    pub decode: bool,
    /// ASCII letters are compared without their case.
    pub ignore_case: bool,
    /// A slash at the end doesn't count.
    pub ignore_slash: bool,
}

impl Normalization {
    /// Applies what is asked for.
    #[must_use]
    pub fn apply<'p>(&self, path: &'p [u8]) -> Cow<'p, [u8]> {
        let mut path = Cow::Borrowed(path);
        if self.decode && path.contains(&b'%') {
            path = Cow::Owned(decode(&path).map(|(byte, _)| byte).collect());
        }
        if self.ignore_case && path.iter().any(u8::is_ascii_uppercase) {
            path.to_mut().make_ascii_lowercase();
        }
        if self.ignore_slash && path.len() > 1 && path.ends_with(b"/") {
            path = match path {
                Cow::Borrowed(path) => Cow::Borrowed(&path[..path.len() - 1]),
                Cow::Owned(mut path) => {
                    path.pop();
                    Cow::Owned(path)
                }
            };
        }
        path
    }

    /// Does it leave paths as they are?
    #[must_use]
    pub fn is_identity(&self) -> bool {
        *self == Self::default()
    }
}

/// Replaces each `%HH`, and returns which those were; a percent sign that does not begin one stays.
fn decode(path: &[u8]) -> impl Iterator<Item = Letter> {
    let mut rest = path;
    std::iter::from_fn(move || {
        if let [b'%', high, low, tail @ ..] = rest
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            rest = tail;
            return Some((high << 4 | low, true));
        }
        let (first, tail) = rest.split_first()?;
        rest = tail;
        Some((*first, false))
    })
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// A pattern of paths: `:name` is text in a segment that is not empty, `*` any text within a segment, `**`
/// any number of segments. A name is letters, digits, `_` and `-`, so that `/:id.json` ends in `.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    text: Vec<u8>,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// `**`
    Deep,
    /// Anything else.
    Text(Vec<Piece>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// This byte.
    Byte(u8),
    /// Any byte: the first of what a name stands for.
    One,
    /// Any number of bytes.
    Star,
}

/// A byte of a pattern; `true` where it was decoded, so that it cannot be a sign.
type Letter = (u8, bool);

impl PathPattern {
    /// Reads a pattern, which must begin with a slash; `None` where it does not.
    #[must_use]
    pub fn new(text: &[u8]) -> Option<Self> {
        text.starts_with(b"/")
            .then(|| Self { text: text.to_vec(), segments: compile(text, Normalization::default()) })
    }

    /// The same pattern for paths that are normalized: its literal text is normalized, too.
    #[must_use]
    pub fn normalized(self, normalization: Normalization) -> Self {
        Self { segments: compile(&self.text, normalization), ..self }
    }

    /// As it was given.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Does this path match?
    #[must_use]
    pub fn matches(&self, path: &[u8]) -> bool {
        let Some(path) = path.strip_prefix(b"/") else { return false };
        let segments: Vec<&[u8]> = path.split(|&byte| byte == b'/').collect();
        wild(
            &self.segments,
            &segments,
            |segment| *segment == Segment::Deep,
            |segment, text| match segment {
                Segment::Text(pieces) => wild(
                    pieces,
                    text,
                    |piece| *piece == Piece::Star,
                    |piece, byte| *piece == Piece::One || *piece == Piece::Byte(*byte),
                ),
                Segment::Deep => unreachable!("a star is never compared"),
            },
        )
    }
}

/// The segments of a pattern, which begins with a slash.
fn compile(text: &[u8], normalization: Normalization) -> Vec<Segment> {
    let mut letters: Vec<Letter> = if normalization.decode {
        decode(text).collect()
    } else {
        text.iter().map(|&byte| (byte, false)).collect()
    };
    if normalization.ignore_case {
        letters.iter_mut().for_each(|(byte, _)| byte.make_ascii_lowercase());
    }
    if normalization.ignore_slash
        && letters.len() > 1
        && letters.last().is_some_and(|(byte, _)| *byte == b'/')
    {
        letters.pop();
    }
    letters[1..].split(|(byte, _)| *byte == b'/').map(segment).collect()
}

fn segment(letters: &[Letter]) -> Segment {
    const STAR: Letter = (b'*', false);
    if letters == [STAR, STAR] {
        return Segment::Deep;
    }
    // Only a segment that begins with a name has names: `/v1/users:batch` is text.
    let names = letters.first() == Some(&(b':', false)) && name(&letters[1..]) > 0;
    let mut pieces = Vec::new();
    let mut rest = letters;
    while let [first, tail @ ..] = rest {
        let length = if names && *first == (b':', false) { name(tail) } else { 0 };
        rest = &tail[length..];
        match first {
            _ if length > 0 => pieces.extend([Piece::One, Piece::Star]),
            &STAR => pieces.push(Piece::Star),
            (byte, _) => pieces.push(Piece::Byte(*byte)),
        }
    }
    Segment::Text(pieces)
}

/// The length of the name behind a colon. A dash before the next name is not part of it.
fn name(letters: &[Letter]) -> usize {
    let belongs = |&(byte, decoded): &Letter| {
        !decoded && (byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | 0x80..))
    };
    let length = letters.iter().position(|letter| !belongs(letter)).unwrap_or(letters.len());
    let next_is_name = letters.get(length) == Some(&(b':', false));
    let dashes = letters[..length].iter().rev().take_while(|(byte, _)| *byte == b'-').count();
    if next_is_name { length - dashes } else { length }
}

/// Matches with stars that stand for any number of items. Only the last star is ever tried again, so the
/// time is bounded by the product of the lengths, whatever the pattern.
fn wild<P, T>(pattern: &[P], items: &[T], star: impl Fn(&P) -> bool, same: impl Fn(&P, &T) -> bool) -> bool {
    let (mut at, mut item) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while item < items.len() {
        match pattern.get(at) {
            Some(piece) if star(piece) => {
                at += 1;
                retry = Some((at, item));
            }
            Some(piece) if same(piece, &items[item]) => {
                at += 1;
                item += 1;
            }
            _ => {
                let Some((after, taken)) = retry else { return false };
                retry = Some((after, taken + 1));
                (at, item) = (after, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(star)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(pattern: &str, matching: &[&str], other: &[&str]) {
        let compiled = PathPattern::new(pattern.as_bytes()).unwrap();
        for (paths, expected) in [(matching, true), (other, false)] {
            for path in paths {
                assert_eq!(compiled.matches(path.as_bytes()), expected, "{path} by {pattern}");
            }
        }
    }

    #[test]
    fn a_name_is_one_segment() {
        check("/users/:id", &["/users/7", "/users/a.b"], &["/users/", "/users", "/users/7/posts", "/user/7"]);
        check("/users/:id/posts", &["/users/7/posts"], &["/users//posts", "/users/7/8/posts"]);
        check("/a/:", &["/a/:"], &["/a/b"]);
        check("/v1/users:batch", &["/v1/users:batch"], &["/v1/users7"]);
        check("/users/:user-id/:v_2", &["/users/7/b"], &["/users/7-id"]);
    }

    #[test]
    fn what_follows_a_name_is_text() {
        check(
            "/users/:id.json",
            &["/users/7.json", "/users/a.b.json"],
            &["/users/7", "/users/.json", "/users/7.xml"],
        );
        check("/flights/:from-:to", &["/flights/a-b"], &["/flights/ab", "/flights/a-"]);
        check("/a/:id*", &["/a/b"], &["/a/"]);
        check("/a/:.json", &["/a/:.json"], &["/a/b.json"]);
    }

    #[test]
    fn a_pattern_is_normalized_as_paths_are() {
        let all = Normalization { decode: true, ignore_case: true, ignore_slash: true };
        for (pattern, path, expected) in [
            ("/Users/:ID", "/uSERS/7/", true),
            ("/users/", "/users/", true),
            ("/users/", "/users", true),
            ("/", "/", true),
            ("/%41", "/%41", true),
            ("/%41", "/a", true),
            ("/a%2Fb", "/a%2fb", true),
            ("/a%2f:id", "/A/7", true),
            ("/%2a%3Aid", "/*:id", true),
            ("/%2a%3Aid", "/anything", false),
            ("/%3aid", "/7", false),
        ] {
            let compiled = PathPattern::new(pattern.as_bytes()).unwrap().normalized(all);
            assert_eq!(compiled.matches(&all.apply(path.as_bytes())), expected, "{path} by {pattern}");
        }
    }

    #[test]
    fn a_star_stays_in_its_segment() {
        check("/img/*.png", &["/img/a.png", "/img/.png"], &["/img/a/b.png", "/img/a.png.gz"]);
        check("/*", &["/", "/a"], &["/a/b"]);
        check("/a*b*c", &["/abc", "/axxbyyc", "/abbcc"], &["/acb"]);
    }

    #[test]
    fn two_stars_are_any_number_of_segments() {
        check("/static/**", &["/static", "/static/", "/static/a/b"], &["/statics", "/a/static/b"]);
        check("/**/edit", &["/edit", "/a/b/edit"], &["/a/edit/b"]);
        check("/**/:id/**/z", &["/1/z", "/1/2/z"], &["/z", "/1/2"]);
    }

    #[test]
    fn many_stars_take_no_long_time() {
        let pattern = PathPattern::new(format!("/{}b", "*a".repeat(50)).as_bytes()).unwrap();
        assert!(!pattern.matches(format!("/{}", "a".repeat(5_000)).as_bytes()));
    }

    #[test]
    fn paths_are_normalized_only_as_asked() {
        let all = Normalization { decode: true, ignore_case: true, ignore_slash: true };
        assert_eq!(&*all.apply(b"/A%2fB%4/%zz/"), b"/a/b%4/%zz");
        assert_eq!(&*all.apply(b"/"), b"/");
        assert_eq!(&*Normalization::default().apply(b"/A%2f/"), b"/A%2f/");
        let slash = Normalization { ignore_slash: true, ..Normalization::default() };
        assert_eq!(&*slash.apply(b"/A%2f/"), b"/A%2f");
    }

    proptest! {
        #[test]
        fn a_path_without_signs_matches_itself_only(path in "/[a-z/]{0,12}", other in "/[a-z/]{0,12}") {
            let pattern = PathPattern::new(path.as_bytes()).unwrap();
            prop_assert_eq!(pattern.matches(other.as_bytes()), path == other);
            prop_assert!(pattern.matches(path.as_bytes()));
        }
    }
}
