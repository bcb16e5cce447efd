//! The JSON of npm's `crawler-user-agents`, as that package publishes it: regular expressions with tags.
//!
//! Nearly all of its expressions are plain text with a few escapes. Those become substrings; the rest stays with
//! the regular expression engine. Case matters, as it does for that package.

use regex::bytes::{RegexBuilder, RegexSetBuilder};
use serde::Deserialize;

use super::substrings::{Builder, Case};
use super::{Bots, BotsError, Class, Named, Regexes};

/// The fields that are used; the others are for people.
#[derive(Debug, Deserialize)]
struct Entry {
    pattern: String,
    #[serde(default)]
    tags: Vec<String>,
}

impl Entry {
    fn class(&self) -> Class {
        let tagged = |tag| self.tags.iter().any(|other| other == tag);
        if tagged("monitoring") {
            Class::Monitoring
        } else if tagged("http-library") {
            Class::HttpLibrary
        } else {
            Class::Declared
        }
    }
}

/// Whether this is JSON: an array, empty or of objects. A text list may begin with a bracket, too.
pub(super) fn is_json(bytes: &[u8]) -> bool {
    let rest = bytes.trim_ascii_start().strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    rest.is_some_and(|rest| rest.starts_with(b"{") || rest.trim_ascii_end() == b"]")
}

/// Reads the list.
pub(super) fn read(bytes: &[u8]) -> Result<Bots, BotsError> {
    let entries: Vec<Entry> = serde_json::from_slice(bytes).map_err(|source| BotsError::Json { source })?;
    let mut builder = Builder::default();
    let mut others = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let named = Named { class: entry.class(), pattern: entry.pattern.as_str().into() };
        match literal(&entry.pattern) {
            Some(text) if text.is_empty() => return Err(BotsError::EmptyPattern { entry: index + 1 }),
            Some(text) => builder.anywhere(text.as_bytes(), 0, named),
            None => others.push((index + 1, named)),
        }
    }
    let substrings = builder.build(Case::Kept)?;
    Ok(Bots { name: "crawler-user-agents", empty_is_bot: false, substrings, regexes: Some(compile(others)?) })
}

/// The text that an expression stands for, when it is nothing but text.
fn literal(pattern: &str) -> Option<String> {
    let mut text = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => text.push(chars.next().filter(char::is_ascii_punctuation)?),
            '.' | '^' | '$' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' => return None,
            plain => text.push(plain),
        }
    }
    Some(text)
}

/// Compiles the expressions one by one, so that a bad one is named, and then all together.
fn compile(entries: Vec<(usize, Named)>) -> Result<Regexes, BotsError> {
    for (entry, named) in &entries {
        RegexBuilder::new(&named.pattern).unicode(false).build().map_err(|source| BotsError::Pattern {
            entry: *entry,
            pattern: named.pattern.to_string(),
            source,
        })?;
    }
    let rules: Vec<Named> = entries.into_iter().map(|(_, named)| named).collect();
    let set = RegexSetBuilder::new(rules.iter().map(|named| &*named.pattern))
        .unicode(false)
        .build()
        .map_err(|source| BotsError::Patterns { patterns: rules.len(), source })?;
    Ok(Regexes { set, rules })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &[u8] = br#"[
        {"pattern": "Googlebot\\/", "url": "https://example.org", "instances": ["Googlebot/2.1"], "tags": ["search-engine"]},
        {"pattern": "[wW]get", "instances": [], "tags": ["http-library"]},
        {"pattern": "^Probe$", "tags": ["seo", "monitoring"]},
        {"pattern": "caf\u00e9"}
    ]"#;

    #[track_caller]
    fn check(agent: &str, expected: Option<(Class, &str)>) {
        let bots = Bots::from_list(LIST).unwrap();
        assert_eq!(
            bots.classify(agent.as_bytes()).map(|rule| (rule.class, rule.pattern)),
            expected,
            "{agent}"
        );
    }

    #[test]
    fn patterns_are_expressions_and_keep_their_case() {
        check("Googlebot/2.1", Some((Class::Declared, "Googlebot\\/")));
        check("googlebot/2.1", None);
        check("GNU wget", Some((Class::HttpLibrary, "[wW]get")));
        check("Probe", Some((Class::Monitoring, "^Probe$")));
        check("Probes", None);
        check("caf\u{e9}", Some((Class::Declared, "caf\u{e9}")));
        check("-", None);
    }

    #[track_caller]
    fn check_error(list: &str, expected: &str) {
        let error = Bots::from_list(list.as_bytes()).unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        assert!(format!("{error}: {source}").contains(expected), "{error}: {source}");
    }

    #[test]
    fn a_list_that_cannot_be_used_is_refused_with_its_place() {
        check_error(
            "[{\"pattern\": \"a\"},\n{\"pattern\": \"a(?=b)\"}]",
            "entry 2 has a pattern that cannot be compiled: a(?=b)",
        );
        check_error("[{\"pattern\": \"(?=b)\"}]", "look-around");
        check_error("[{\"pattern\": \"\"}]", "entry 1 has an empty pattern");
        check_error("[{\"pattern\": \"a\"},\n{\"instances\": []}]", "missing field `pattern` at line 2");
        check_error("[{\"pattern\": \"a\"},\n", "at line 2");
    }

    #[test]
    fn a_text_list_may_begin_with_a_bracket() {
        assert!(Bots::from_list(b"[acme]\n").unwrap().is_bot(b"Fetch [Acme] 1.0"));
        assert!(Bots::from_list(b" [ ] \n").unwrap().is_empty());
    }

    #[test]
    fn an_escape_that_is_more_than_text_stays_an_expression() {
        assert_eq!(literal("a\\.b\\/"), Some("a.b/".to_owned()));
        assert_eq!(literal("\\d"), None);
        assert_eq!(literal("a\\"), None);
    }
}
