//! The plain list: one case-insensitive substring a line, `#` for comments. What the contract's `--bots` takes.

use memchr::memchr;

use super::substrings::{Builder, Case};
use super::{Bots, BotsError, Class, Named};

/// Reads the list. White space around a line is not part of it; empty lines say nothing.
pub(super) fn read(bytes: &[u8]) -> Result<Bots, BotsError> {
    let mut builder = Builder::default();
    for (index, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if memchr(0, line).is_some() {
            return Err(BotsError::NotText { line: index + 1 });
        }
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let pattern = String::from_utf8_lossy(line).into();
        builder.anywhere(line, 0, Named { class: Class::Listed, pattern });
    }
    let substrings = builder.build(Case::Folded)?;
    Ok(Bots { name: "list of substrings", empty_is_bot: false, substrings, regexes: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(list: &[u8], agent: &[u8], expected: Option<&str>) {
        let bots = Bots::from_list(list).unwrap();
        assert_eq!(bots.classify(agent).map(|rule| rule.pattern), expected, "{}", agent.escape_ascii());
    }

    #[test]
    fn a_line_is_a_substring_whatever_its_case() {
        check(b"GoogleBot\nwget", b"mozilla (googlebot/2.1)", Some("GoogleBot"));
        check(b"GoogleBot\nwget", b"WGET/1.25", Some("wget"));
        check(b"GoogleBot\nwget", b"Mozilla/5.0", None);
        check(b"^wget", b"Wget/1.25", None);
        check(b"a.b", b"aXb", None);
    }

    #[test]
    fn comments_blank_lines_and_white_space_around_do_not_count() {
        check(b"# bots\n\n \t\r\n  two words \r\n", b"has two words in it", Some("two words"));
        check(b"# bots\n\n \t\r\n  two words \r\n", b"# bots", None);
        check(b"  # indented\n", b"# indented", None);
        check(b"\xEF\xBB\xBFacme", b"acme", Some("acme"));
    }

    #[test]
    fn an_empty_list_matches_nothing() {
        check(b"", b"", None);
        check(b"#\n\n", b"Googlebot", None);
        assert!(Bots::from_list(b"\n").unwrap().is_empty());
    }

    #[test]
    fn an_empty_agent_is_no_bot_unless_the_list_says_so() {
        check(b"googlebot", b"-", None);
        check(b"googlebot\n-", b"-", Some("-"));
    }

    #[test]
    fn bytes_that_are_not_utf8_match_as_they_are() {
        check(b"r\xF4bot", b"R\xF4BOT/1", Some("r\u{FFFD}bot"));
        check(b"r\xF4bot", b"r\xD4bot/1", None);
    }

    #[test]
    fn a_binary_file_is_refused_with_its_line() {
        let error = Bots::from_list(b"one\ntwo\n\0three").unwrap_err();
        assert!(error.to_string().starts_with("line 3 contains a NUL byte"), "{error}");
    }

    #[test]
    fn a_hundred_thousand_lines_are_no_trouble() {
        let list: String = (0..100_000).map(|number| format!("agent-{number:06}\n")).collect();
        check(list.as_bytes(), b"Mozilla/5.0 AGENT-099999", Some("agent-099999"));
    }
}
