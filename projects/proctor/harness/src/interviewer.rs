//! Holds what the interviewer reads to the exercise: hints for every requirement, four bands for every criterion.

use serde::Deserialize;

use crate::{Exercise, brief};

/// What is judged in a pairing.
const CRITERIA: [&str; 4] = ["Communication", "Problem solving", "Technical competency", "Testing"];

/// The steps of a topic, in their order.
const STEPS: [&str; 3] = ["nudge", "direction", "answer"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hints {
    exercise: String,
    level: Vec<Level>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Level {
    number: u8,
    topic: Vec<Topic>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    name: String,
    requirements: Vec<String>,
    hint: Vec<Hint>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hint {
    step: String,
    say: String,
}

/// All that is wrong between an exercise and its `hints.toml`; empty when they hold together: each level has its
/// topics, each topic climbs from a nudge to the answer, and each requirement has a topic of its level.
pub fn hint_faults(hints: &str, exercise: &Exercise) -> Vec<String> {
    let hints: Hints = match toml::from_str(hints) {
        Ok(hints) => hints,
        Err(error) => return vec![error.to_string()],
    };
    let mut faults = Vec::new();
    if hints.exercise != exercise.name {
        faults.push(format!("the hints are for {}", hints.exercise));
    }
    if !hints.level.iter().map(|level| level.number).eq(exercise.levels.iter().map(|level| level.number)) {
        faults.push("the levels differ".to_owned());
    }
    for level in &hints.level {
        level.topic.iter().for_each(|topic| topic_faults(level.number, topic, exercise, &mut faults));
    }
    let topics = || hints.level.iter().flat_map(|level| &level.topic);
    for check in exercise.checks {
        if !topics().any(|topic| topic.requirements.iter().any(|id| id == check.requirement)) {
            faults.push(format!("no hint helps with {}", check.requirement));
        }
    }
    faults
}

fn topic_faults(level: u8, topic: &Topic, exercise: &Exercise, faults: &mut Vec<String>) {
    for id in &topic.requirements {
        if brief::level_of(id) != Some(level) || !exercise.checks.iter().any(|check| check.requirement == id)
        {
            faults.push(format!("{}: {id} is no requirement of level {level}", topic.name));
        }
    }
    let steps = topic.hint.iter().map(|hint| hint.step.as_str());
    if !steps.eq(STEPS) || topic.hint.iter().any(|hint| hint.say.trim().is_empty()) {
        faults.push(format!("{}: it must climb over {}", topic.name, STEPS.join(", ")));
    }
}

/// The criteria without a row of four bands in a `guide.md`.
pub fn guide_faults(guide: &str) -> Vec<String> {
    let has_row = |criterion: &&str| {
        let head = format!("| **{criterion}**");
        guide.lines().any(|line| line.starts_with(&head) && line.matches(" | ").count() == 4)
    };
    CRITERIA.iter().filter(|criterion| !has_row(criterion)).map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Check, Verdict};

    static TOY: Exercise = Exercise {
        name: "toy",
        title: "",
        brief: "",
        levels: &[crate::Level { number: 1, title: "" }],
        checks: &[Check::new("sum", "TO-1.1", std::time::Duration::ZERO, |_| -> Verdict { Ok(()) })],
        needs: &[],
    };

    fn hints(exercise: &str, id: &str, steps: [&str; 3]) -> String {
        let hints = steps.map(|step| format!("[[level.topic.hint]]\nstep = {step:?}\nsay = \"words\"\n"));
        format!(
            "exercise = {exercise:?}\n[[level]]\nnumber = 1\n[[level.topic]]\nname = \"t\"\nrequirements = [{id:?}]\n{}",
            hints.concat()
        )
    }

    #[test]
    fn hints_that_climb_and_leave_nothing_out_have_no_fault() {
        assert_eq!(hint_faults(&hints("toy", "TO-1.1", STEPS), &TOY), Vec::<String>::new());
    }

    #[test]
    fn each_way_to_be_wrong_is_told() {
        let check = |text: &str, expected: &[&str]| assert_eq!(hint_faults(text, &TOY), expected);
        check(&hints("other", "TO-1.1", STEPS), &["the hints are for other"]);
        check(
            &hints("toy", "TO-1.2", STEPS),
            &["t: TO-1.2 is no requirement of level 1", "no hint helps with TO-1.1"],
        );
        check(
            &hints("toy", "TO-1.1", ["answer", "nudge", "direction"]),
            &["t: it must climb over nudge, direction, answer"],
        );
        check(
            &hints("toy", "TO-1.1", STEPS).replace("number = 1", "number = 2"),
            &["the levels differ", "t: TO-1.1 is no requirement of level 2"],
        );
    }

    #[test]
    fn a_criterion_without_four_bands_is_named() {
        let guide = "| **Communication** | a | b | c | d |\n| **Testing** | a | b |\n";
        assert_eq!(guide_faults(guide), ["Problem solving", "Technical competency", "Testing"]);
    }
}
