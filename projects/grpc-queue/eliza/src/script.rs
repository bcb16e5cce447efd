//! The script: Eliza's keywords and replies. Data alone; `rule` reads it.

mod persons;
mod subjects;
mod talk;

use crate::rule::{Keyword, Rule};

const fn on(words: &'static [&'static str], rank: u8, rules: &'static [Rule]) -> Keyword {
    Keyword { words, rank, rules }
}

const fn to(pattern: &'static str, replies: &'static [&'static str]) -> Rule {
    Rule { pattern, replies }
}

/// What is said where no rule fits.
pub(crate) const FALLBACKS: &[&str] = &[
    "Please go on.",
    "I see. And what does that tell you?",
    "I am not sure that I follow you. Could you put it differently?",
    "Let us stay with that for a moment.",
    "How does saying so make you feel?",
    "That is interesting. Please continue.",
];

/// What is said to nothing at all.
pub(crate) const SILENCES: &[&str] =
    &["You are very quiet today.", "Take your time. I am listening.", "Sometimes silence says a lot."];

/// What is said last.
pub(crate) const GOODBYES: &[&str] = &[
    "Goodbye. It was good of you to come.",
    "Goodbye. I hope that talking has helped a little.",
    "Until the next time. Look after yourself.",
    "Goodbye. Think about what you have said today.",
];

/// The keywords; higher ranks go first, wherever they stand here.
pub(crate) fn keywords() -> impl Iterator<Item = &'static Keyword> {
    [subjects::KEYWORDS, persons::KEYWORDS, talk::KEYWORDS].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reflection::ECHO_BYTES;

    fn rules() -> impl Iterator<Item = (&'static Keyword, &'static Rule)> {
        keywords().flat_map(|keyword| keyword.rules.iter().map(move |rule| (keyword, rule)))
    }

    #[test]
    fn every_word_calls_for_one_keyword_alone() {
        let mut words: Vec<&str> = keywords().flat_map(|keyword| keyword.words).copied().collect();
        words.sort_unstable();
        let count = words.len();
        words.dedup();
        assert_eq!(words.len(), count);
    }

    #[test]
    fn a_pattern_begins_with_its_keyword() {
        for (keyword, Rule { pattern, .. }) in rules() {
            let first = pattern.split(' ').next().unwrap();
            assert!(pattern.is_empty() || keyword.words.contains(&first), "{pattern:?}");
        }
    }

    #[test]
    fn a_reply_gives_back_only_what_its_pattern_captures() {
        for (_, rule) in rules() {
            assert!(!rule.replies.is_empty(), "{:?}", rule.pattern);
            for reply in rule.replies {
                assert!(rule.pattern.contains('*') || !reply.contains('*'), "{reply:?}");
                assert!(reply.matches('*').count() <= 1, "{reply:?}");
            }
        }
    }

    #[test]
    fn no_reply_can_grow_past_its_limit() {
        let longest_word = keywords().flat_map(|keyword| keyword.words).map(|word| word.len()).max().unwrap();
        let plain = FALLBACKS.iter().chain(SILENCES).chain(GOODBYES);
        let assembled = rules().flat_map(|(_, rule)| rule.replies);
        for reply in plain.chain(assembled) {
            let echoed = reply.matches('*').count() * (ECHO_BYTES + '…'.len_utf8());
            let named = reply.matches('@').count() * longest_word;
            assert!(reply.len() + echoed + named <= crate::MAX_REPLY_BYTES, "{reply:?}");
        }
    }

    #[test]
    fn every_rule_can_be_reached() {
        for (keyword, rule) in rules() {
            let sentence = match rule.pattern {
                "" => keyword.words[0].to_owned(),
                pattern => pattern.replace('*', "thrive"),
            };
            let found = crate::rule::best(&sentence).unwrap();
            assert_eq!(found.rule.pattern, rule.pattern, "{sentence:?}");
        }
    }
}
