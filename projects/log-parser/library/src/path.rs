//! Paths that match a pattern, and paths made alike before they are compared.

use std::borrow::Cow;

/// What is done to a path before it is compared or grouped. By default nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Normal {
    /// `%41` is `A`.
    pub decode: bool,
    /// ASCII letters are compared without their case.
    pub ignore_case: bool,
    /// A slash at the end doesn't count.
    pub ignore_slash: bool,
}

impl Normal {
    /// Applies what is asked for.
    #[must_use]
    pub fn apply<'p>(&self, path: &'p [u8]) -> Cow<'p, [u8]> {
        let mut path = Cow::Borrowed(path);
        if self.decode && path.contains(&b'%') {
            path = Cow::Owned(decode(&path));
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
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Replaces each `%HH`; a percent sign that does not begin one stays.
fn decode(path: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path;
    while let [first, tail @ ..] = rest {
        if let [b'%', high, low, tail @ ..] = rest
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            decoded.push(high << 4 | low);
            rest = tail;
        } else {
            decoded.push(*first);
            rest = tail;
        }
    }
    decoded
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// A pattern of paths: `:name` is one segment that is not empty, `*` any text within a segment, `**` any
/// number of segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    text: Vec<u8>,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// `:name`
    Named,
    /// `**`
    Deep,
    /// Text, `None` for each star.
    Text(Vec<Option<u8>>),
}

impl PathPattern {
    /// Reads a pattern, which must begin with a slash; `None` where it does not.
    #[must_use]
    pub fn new(text: &[u8]) -> Option<Self> {
        let segments = text.strip_prefix(b"/")?.split(|&byte| byte == b'/').map(|segment| match segment {
            b"**" => Segment::Deep,
            [b':', _, ..] => Segment::Named,
            text => Segment::Text(text.iter().map(|&byte| (byte != b'*').then_some(byte)).collect()),
        });
        Some(Self { text: text.to_vec(), segments: segments.collect() })
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
                Segment::Named => !text.is_empty(),
                Segment::Text(pieces) => {
                    wild(pieces, text, Option::is_none, |piece, byte| *piece == Some(*byte))
                }
                Segment::Deep => unreachable!("a star is never compared"),
            },
        )
    }
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
    fn paths_are_made_alike_only_as_asked() {
        let all = Normal { decode: true, ignore_case: true, ignore_slash: true };
        assert_eq!(&*all.apply(b"/A%2fB%4/%zz/"), b"/a/b%4/%zz");
        assert_eq!(&*all.apply(b"/"), b"/");
        assert_eq!(&*Normal::default().apply(b"/A%2f/"), b"/A%2f/");
        let slash = Normal { ignore_slash: true, ..Normal::default() };
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
