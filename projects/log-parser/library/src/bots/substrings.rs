//! Many substrings at once: an automaton that finds them in one pass over the agent.
//!
//! Rules may be tied to the agent's start, may rank below others, and may be masked: a match inside a mask does
//! not count, which is how `bot` spares CUBOT's phones.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, MatchKind, StartKind};

use super::{BotsError, Named};

/// Collects rules.
#[derive(Debug, Default)]
pub(super) struct Builder {
    anywhere: Vec<Box<[u8]>>,
    at_start: Vec<Box<[u8]>>,
    anywhere_rules: Vec<Option<usize>>,
    at_start_rules: Vec<usize>,
    rules: Vec<Ranked>,
}

/// A rule, and its place in the order in which rules decide: a lower rank wins over an earlier match.
#[derive(Debug)]
struct Ranked {
    rank: u8,
    named: Named,
}

impl Builder {
    /// A rule that fires wherever the bytes are.
    pub(super) fn anywhere(&mut self, bytes: &[u8], rank: u8, named: Named) {
        self.anywhere_rules.push(Some(self.rules.len()));
        self.anywhere.push(bytes.into());
        self.rules.push(Ranked { rank, named });
    }

    /// A rule that fires when the agent begins with the bytes. It wins over all others.
    pub(super) fn at_start(&mut self, bytes: &[u8], named: Named) {
        self.at_start_rules.push(self.rules.len());
        self.at_start.push(bytes.into());
        self.rules.push(Ranked { rank: 0, named });
    }

    /// Bytes that hide the matches inside them.
    pub(super) fn mask(&mut self, bytes: &[u8]) {
        self.anywhere_rules.push(None);
        self.anywhere.push(bytes.into());
    }

    /// Builds the automata.
    pub(super) fn build(self, case: Case) -> Result<Substrings, BotsError> {
        let patterns = self.anywhere.len() + self.at_start.len();
        let failed = |source| BotsError::Automaton { patterns, source };
        Ok(Substrings {
            anywhere: automaton(&self.anywhere, StartKind::Unanchored, case).map_err(failed)?,
            anywhere_rules: self.anywhere_rules,
            at_start: automaton(&self.at_start, StartKind::Anchored, case).map_err(failed)?,
            at_start_rules: self.at_start_rules,
            rules: self.rules,
        })
    }
}

/// Whether `A` is `a`. Only ASCII letters are ever folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Folded,
    Kept,
}

fn automaton(
    patterns: &[Box<[u8]>],
    start: StartKind,
    case: Case,
) -> Result<AhoCorasick, aho_corasick::BuildError> {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .start_kind(start)
        .ascii_case_insensitive(case == Case::Folded)
        // A DFA would match half as fast again and take 3 ms longer to build; whoever reads a log remembers
        // the agents seen, so that building weighs more.
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(patterns)
}

/// The automata and the rules that their patterns stand for.
#[derive(Debug)]
pub(super) struct Substrings {
    anywhere: AhoCorasick,
    /// By pattern; `None` is a mask.
    anywhere_rules: Vec<Option<usize>>,
    at_start: AhoCorasick,
    at_start_rules: Vec<usize>,
    rules: Vec<Ranked>,
}

impl Substrings {
    /// How many rules there are, masks apart.
    pub(super) fn len(&self) -> usize {
        self.rules.len()
    }

    /// The rule that decides: the one of lowest rank, and the leftmost and longest among those.
    pub(super) fn find(&self, agent: &[u8]) -> Option<&Named> {
        let input = Input::new(agent).anchored(Anchored::Yes);
        if let Some(found) = self.at_start.find(input) {
            return Some(&self.rules[self.at_start_rules[found.pattern().as_usize()]].named);
        }
        let mut best: Option<&Ranked> = None;
        for found in self.anywhere.find_iter(agent) {
            let Some(rule) = self.anywhere_rules[found.pattern().as_usize()] else { continue };
            let rule = &self.rules[rule];
            if rule.rank == 0 {
                return Some(&rule.named);
            }
            if best.is_none_or(|best| rule.rank < best.rank) {
                best = Some(rule);
            }
        }
        best.map(|rule| &rule.named)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::bots::Class;

    fn named(pattern: &str) -> Named {
        Named { class: Class::Declared, pattern: pattern.into() }
    }

    #[track_caller]
    fn check(agent: &str, expected: Option<&str>) {
        let mut builder = Builder::default();
        builder.anywhere(b"probe", 0, named("probe"));
        builder.anywhere(b"acmebot", 1, named("acmebot"));
        builder.anywhere(b"bot", 2, named("bot"));
        builder.anywhere(b"spider", 2, named("spider"));
        builder.at_start(b"curl", named("^curl"));
        builder.mask(b"cubot");
        let substrings = builder.build(Case::Folded).unwrap();
        assert_eq!(substrings.find(agent.as_bytes()).map(|named| &*named.pattern), expected, "{agent}");
    }

    #[test]
    fn the_lowest_rank_decides_then_the_leftmost() {
        check("", None);
        check("a robot", Some("bot"));
        check("a robot of AcmeBot", Some("acmebot"));
        check("acmebot's probe", Some("probe"));
        check("a spider, a bot", Some("spider"));
        check("a bot, a spider", Some("bot"));
    }

    #[test]
    fn a_mask_hides_only_what_lies_inside_it() {
        check("CUBOT NOTE 20", None);
        check("CUBOT NOTE 20 bot", Some("bot"));
        check("bot on a CUBOT", Some("bot"));
    }

    #[test]
    fn a_rule_tied_to_the_start_fires_nowhere_else() {
        check("curl/8.14.1", Some("^curl"));
        check("Curl bot probe", Some("^curl"));
        check("libcurl", None);
    }

    proptest! {
        #[test]
        fn finds_a_substring_exactly_when_it_is_there(
            patterns in prop::collection::vec("[abAB]{1,4}", 0..6),
            agent in "[abAB]{0,12}",
            case in prop_oneof![Just(Case::Folded), Just(Case::Kept)],
        ) {
            let fold = |text: &str| if case == Case::Folded { text.to_ascii_lowercase() } else { text.to_owned() };
            let mut builder = Builder::default();
            for pattern in &patterns {
                builder.anywhere(pattern.as_bytes(), 0, named(pattern));
            }
            let found = builder.build(case).unwrap().find(agent.as_bytes()).map(|named| fold(&named.pattern));
            let there = patterns.iter().any(|pattern| fold(&agent).contains(&fold(pattern)));
            prop_assert_eq!(found.is_some(), there);
            prop_assert!(found.is_none_or(|pattern| fold(&agent).contains(&pattern)));
        }
    }
}
