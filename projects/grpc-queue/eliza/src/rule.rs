//! Keywords and their decomposition rules, and how the best of them is found in one pass over a sentence.

use std::sync::LazyLock;

use crate::normal::CLAUSE_END;
use crate::reflection::reflect_into;
use crate::script::keywords;

/// Maximum number of bytes that a `*` inside a pattern matches, which keeps the search linear.
const GAP_BYTES: usize = 80;

/// Words that call for the same rules. The highest rank in a sentence wins, then the first place.
#[derive(Debug)]
pub(crate) struct Keyword {
    pub(crate) words: &'static [&'static str],
    pub(crate) rank: u8,
    /// The first that fits is taken; where none does, the next keyword has its turn.
    pub(crate) rules: &'static [Rule],
}

/// How a clause is taken apart, and what is made of its parts.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The words from the keyword on, in lower case. `*` is what follows to the clause's end or to the next word of
    /// the pattern; it stands for one word at least. A pattern without words fits wherever the keyword is.
    pub(crate) pattern: &'static str,
    /// `*` is the same words turned round, `@` the keyword as it is in the sentence.
    pub(crate) replies: &'static [&'static str],
}

/// A rule that fits a sentence.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) rule: &'static Rule,
    keyword: &'a str,
    captured: &'a str,
}

impl Found<'_> {
    /// Puts a reply together.
    pub(crate) fn assemble(&self, reply: &'static str) -> String {
        let mut text = String::with_capacity(reply.len() + self.captured.len().min(crate::MAX_REPLY_BYTES));
        let mut rest = reply;
        while let Some(place) = rest.find(['*', '@']) {
            text.push_str(&rest[..place]);
            match rest.as_bytes()[place] {
                b'*' => reflect_into(&mut text, self.captured),
                _ => text.push_str(self.keyword),
            }
            rest = &rest[place + 1..];
        }
        text.push_str(rest);
        text
    }
}

/// The rule of the most telling keyword in what was [heard](crate::normal::heard).
pub(crate) fn best(heard: &str) -> Option<Found<'_>> {
    let mut best: Option<(u8, Found<'_>)> = None;
    for clause in heard.split(CLAUSE_END) {
        let mut start = 0;
        for word in clause.split(' ') {
            if let Some(keyword) = keyword(word)
                && best.as_ref().is_none_or(|(rank, _)| keyword.rank > *rank)
                && let Some(found) = first_fit(keyword, word, &clause[start..])
            {
                best = Some((keyword.rank, found));
            }
            start += word.len() + 1;
        }
    }
    best.map(|(_, found)| found)
}

fn first_fit<'a>(keyword: &'static Keyword, word: &'a str, from: &'a str) -> Option<Found<'a>> {
    keyword.rules.iter().find_map(|rule| {
        let captured = captured(rule.pattern, from)?;
        Some(Found { rule, keyword: word, captured })
    })
}

/// What `*` stands for where the pattern fits the start of `from`; empty for a pattern without it.
fn captured<'a>(pattern: &str, from: &'a str) -> Option<&'a str> {
    let Some((head, tail)) = pattern.split_once('*') else {
        let after = from.strip_prefix(pattern)?;
        return (pattern.is_empty() || ends_word(after)).then_some("");
    };
    let rest = from.strip_prefix(head)?;
    if tail.is_empty() {
        // A blank has a word behind it, so that this isn't empty.
        return Some(rest);
    }
    // Not at once: `*` stands for one word at least.
    let near = &rest[..rest.floor_char_boundary(GAP_BYTES)];
    let (place, _) =
        near.match_indices(tail).find(|&(place, _)| place > 0 && ends_word(&rest[place + tail.len()..]))?;
    Some(&rest[..place])
}

fn ends_word(after: &str) -> bool {
    after.is_empty() || after.starts_with(' ')
}

/// The keyword for a word: a list for each first letter is short enough to be searched from its start.
fn keyword(word: &str) -> Option<&'static Keyword> {
    type Lists = [Vec<(&'static str, &'static Keyword)>; 26];
    static BY_LETTER: LazyLock<Lists> = LazyLock::new(|| {
        let mut lists = Lists::default();
        for keyword in keywords() {
            for word in keyword.words {
                lists[letter(word).expect("keywords begin with a letter")].push((word, keyword));
            }
        }
        lists
    });
    let list = &BY_LETTER[letter(word)?];
    list.iter().find(|(known, _)| *known == word).map(|(_, keyword)| *keyword)
}

fn letter(word: &str) -> Option<usize> {
    let first = *word.as_bytes().first()?;
    first.is_ascii_lowercase().then(|| usize::from(first - b'a'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, from: &str, expected: Option<&str>) {
        assert_eq!(captured(pattern, from), expected, "{pattern:?} on {from:?}");
    }

    #[test]
    fn a_star_captures_one_word_at_least() {
        check("i feel *", "i feel sad and blue", Some("sad and blue"));
        check("i feel *", "i feel", None);
        check("i feel *", "i feeling sad", None);
        check("you * me", "you hate me so", Some("hate"));
        check("you * me", "you me", None);
        check("you * me", "you remember meeting me", Some("remember meeting"));
    }

    #[test]
    fn a_pattern_ends_where_a_word_ends() {
        check("are you", "are you", Some(""));
        check("are you", "are you there", Some(""));
        check("are you", "are your eyes blue", None);
        check("", "anything", Some(""));
    }

    #[test]
    fn a_gap_is_bounded() {
        check("you * me", &format!("you {}me", "really ".repeat(20)), None);
    }

    #[test]
    fn the_highest_rank_wins_then_the_first_place() {
        let text = best("i feel sad because i remember rain").unwrap();
        assert_eq!(text.captured, "rain");
        let text = best("i am tall\ni am loud").unwrap();
        assert_eq!(text.captured, "tall");
    }

    #[test]
    fn a_reply_turns_the_captured_words_round() {
        let found = best("i remember my dog").unwrap();
        assert_eq!(found.assemble("Why do you think of * now?"), "Why do you think of your dog now?");
        assert_eq!(found.assemble("To @ *, you say."), "To remember your dog, you say.");
    }
}
