//! Our own list: the tables of `lists/`, selected and grouped by us, embedded in the program.
//!
//! The order in which the tables decide is the order here: what an agent is for says more than its name, and a
//! name says more than a word or a contact address.

use super::substrings::{Builder, Case};
use super::{Bots, Class, Named};

/// Names the list and the day of its last change.
const NAME: &str = "log-parser 2026-11-20";

const TABLES: [(Class, &str); 4] = [
    (Class::Monitoring, include_str!("lists/monitoring.txt")),
    (Class::HttpLibrary, include_str!("lists/http-library.txt")),
    (Class::Declared, include_str!("lists/declared.txt")),
    (Class::Declared, include_str!("lists/words.txt")),
];

const BROWSERS: &str = include_str!("lists/browsers.txt");

/// Builds the list.
pub(super) fn build() -> Bots {
    let mut builder = Builder::default();
    for (rank, (class, table)) in (0..).zip(TABLES) {
        for line in entries(table) {
            let named = Named { class, pattern: line.into() };
            match line.strip_prefix('^') {
                Some(start) => builder.at_start(start.as_bytes(), named),
                None => builder.anywhere(line.as_bytes(), rank, named),
            }
        }
    }
    for line in entries(BROWSERS) {
        builder.mask(line.as_bytes());
    }
    let substrings = builder.build(Case::Folded).expect("the tables are small, and built in every test run");
    Bots { name: NAME, empty_is_bot: true, substrings, regexes: None }
}

fn entries(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn all_entries() -> impl Iterator<Item = &'static str> {
        TABLES.into_iter().map(|(_, table)| table).chain([BROWSERS]).flat_map(entries)
    }

    #[test]
    fn every_entry_is_trimmed_lower_case_and_there_once() {
        let mut seen = HashSet::new();
        for entry in all_entries() {
            assert_eq!(entry, entry.trim().to_ascii_lowercase(), "tables are trimmed and in lower case");
            assert!(seen.insert(entry), "{entry} is there twice");
            assert!(
                entry == "@" || entry.trim_start_matches('^').len() >= 3,
                "{entry} is too short to say anything"
            );
        }
    }

    #[test]
    fn every_rule_can_fire() {
        let bots = build();
        for (class, table) in TABLES {
            for entry in entries(table) {
                let agent = match entry.strip_prefix('^') {
                    Some(start) => format!("{start} 1.0"),
                    None => format!("Mozilla/5.0 {entry} 1.0"),
                };
                let rule = bots.classify(agent.as_bytes()).expect("an entry's own text is a bot");
                assert!(
                    rule.pattern == entry || rule.class == class || entry.contains(rule.pattern),
                    "{entry}: {rule}"
                );
            }
        }
    }

    #[test]
    fn every_mask_hides_a_rule() {
        let bots = build();
        for mask in entries(BROWSERS) {
            assert_eq!(bots.classify(mask.as_bytes()), None, "{mask}");
            let mut rules = TABLES.into_iter().flat_map(|(_, table)| entries(table));
            assert!(rules.any(|rule| mask.contains(rule)), "{mask} hides nothing");
        }
    }
}
