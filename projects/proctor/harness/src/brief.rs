//! Reads the requirements out of a brief, and holds brief and suite together.

use std::collections::BTreeSet;

use crate::Exercise;

/// One sentence of a brief with an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// As in `LP-2.3`.
    pub id: String,
    /// The brief's own words, on one line.
    pub text: String,
}

impl Requirement {
    /// The level that the identifier names: the number between the dash and the dot.
    pub fn level(&self) -> Option<u8> {
        level_of(&self.id)
    }
}

/// The requirements of a brief in Markdown: list items such as `- **LP-1.2** The sentence.`, which may go on over
/// indented lines.
pub fn requirements(brief: &str) -> Vec<Requirement> {
    let mut found: Vec<Requirement> = Vec::new();
    let mut open = false;
    for line in brief.lines() {
        if let Some((id, text)) = item(line.trim()) {
            found.push(Requirement { id: id.to_owned(), text: text.to_owned() });
            open = true;
        } else if open && line.starts_with([' ', '\t']) && !line.trim().is_empty() {
            if let Some(last) = found.last_mut() {
                last.text = format!("{} {}", last.text, line.trim());
            }
        } else {
            open = false;
        }
    }
    found
}

/// All that is wrong between an exercise's brief, levels and checks; empty when they hold together.
///
/// Every requirement has a check, every check proves a requirement that stands in the brief, every level has a
/// check, and no name is taken twice.
pub fn faults(exercise: &Exercise) -> Vec<String> {
    let requirements = requirements(exercise.brief);
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    for requirement in &requirements {
        if !ids.insert(requirement.id.as_str()) {
            faults.push(format!("{} stands twice in the brief", requirement.id));
        }
        if !exercise.checks.iter().any(|check| check.requirement == requirement.id) {
            faults.push(format!("{} has no check", requirement.id));
        }
    }
    let mut names = BTreeSet::new();
    for check in exercise.checks {
        if !names.insert(check.name) {
            faults.push(format!("two checks are called {}", check.name));
        }
        if !ids.contains(check.requirement) {
            faults.push(format!("{} proves {}, which the brief doesn't say", check.name, check.requirement));
        }
        if !exercise.levels.iter().any(|level| level.number == check.level()) {
            faults.push(format!("{} is on level {}, which doesn't exist", check.name, check.level()));
        }
    }
    for (level, number) in exercise.levels.iter().zip(1_u8..) {
        if level.number != number {
            faults.push(format!("level {} stands where level {number} should", level.number));
        }
        if !exercise.checks.iter().any(|check| check.level() == level.number) {
            faults.push(format!("level {} has no check", level.number));
        }
    }
    faults
}

/// The level in an identifier.
pub(crate) fn level_of(id: &str) -> Option<u8> {
    let (_, numbers) = id.rsplit_once('-')?;
    numbers.split_once('.')?.0.parse().ok()
}

fn item(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("- ").unwrap_or(line);
    let (id, text) = match line.strip_prefix("**") {
        Some(rest) => rest.split_once("**")?,
        None => line.split_once(": ")?,
    };
    let id = id.trim_end_matches([':', '.']);
    let (name, number) = id.rsplit_once('-')?;
    let (level, sentence) = number.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    (named && digits(level) && digits(sentence)).then(|| (id, text.trim_start_matches(':').trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Check, Level};

    const BRIEF: &str = "# Toy\n\n- **TO-1.1** It prints\n  the sum.\n- TO-1.2: It exits with 0.\n\nA TO-9.9 in the text.\n- **TO-2.1** It reads.\nNot this.\n";

    #[test]
    fn requirements_are_list_items_with_an_identifier() {
        let found: Vec<_> = requirements(BRIEF).into_iter().map(|r| (r.id, r.text)).collect();
        let expected =
            [("TO-1.1", "It prints the sum."), ("TO-1.2", "It exits with 0."), ("TO-2.1", "It reads.")];
        assert_eq!(found, expected.map(|(id, text)| (id.to_owned(), text.to_owned())));
    }

    #[test]
    fn every_gap_between_brief_and_suite_is_named() {
        const fn check(name: &'static str, requirement: &'static str) -> Check {
            Check::new(name, requirement, std::time::Duration::ZERO, |_| Ok(()))
        }
        const CHECKS: [Check; 3] = [check("sum", "TO-1.1"), check("sum", "TO-1.3"), check("reads", "TO-2.1")];
        let exercise = Exercise {
            name: "toy",
            title: "",
            brief: BRIEF,
            levels: &[Level { number: 1, title: "" }, Level { number: 3, title: "" }],
            checks: &CHECKS,
            needs: &[],
        };
        let expected = [
            "TO-1.2 has no check",
            "two checks are called sum",
            "sum proves TO-1.3, which the brief doesn't say",
            "reads is on level 2, which doesn't exist",
            "level 3 stands where level 2 should",
            "level 3 has no check",
        ];
        assert_eq!(faults(&exercise), expected);
    }
}
