//! What the interviewer reads fits the exercise.

use std::fs;
use std::path::Path;

use log_parser_acceptance::EXERCISE;

const RESOURCES: &str = "../../../resources/interviewer";

#[test]
fn every_level_has_hints_from_a_nudge_to_the_answer() {
    let hints: toml::Table = read("log-parser/hints.toml").parse().unwrap();
    assert_eq!(hints["exercise"].as_str(), Some(EXERCISE.name));
    let levels = hints["level"].as_array().unwrap();
    let numbers: Vec<_> = levels.iter().map(|level| level["number"].as_integer().unwrap()).collect();
    assert_eq!(numbers, EXERCISE.levels.iter().map(|level| i64::from(level.number)).collect::<Vec<_>>());
    let mut hinted = Vec::new();
    for level in levels {
        let number = level["number"].as_integer().unwrap();
        for topic in level["topic"].as_array().unwrap() {
            check_topic(number, topic);
            hinted.extend(topic["requirements"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()));
        }
    }
    let without: Vec<_> =
        EXERCISE.checks.iter().filter(|check| !hinted.contains(&check.requirement)).collect();
    assert!(without.is_empty(), "no hint helps with {without:?}");
}

#[test]
fn guide_has_four_bands_for_each_criterion() {
    let guide = read("log-parser/guide.md");
    for criterion in ["Communication", "Problem solving", "Technical competency", "Testing"] {
        let row = guide.lines().find(|line| line.starts_with(&format!("| **{criterion}**"))).unwrap();
        assert_eq!(row.matches(" | ").count(), 4, "{criterion} needs four bands");
    }
}

/// A topic names requirements of its level, and climbs three steps in order.
#[track_caller]
fn check_topic(level: i64, topic: &toml::Value) {
    for id in topic["requirements"].as_array().unwrap() {
        let id = id.as_str().unwrap();
        assert!(id.starts_with(&format!("LP-{level}.")), "{id} is not of level {level}");
        assert!(EXERCISE.checks.iter().any(|check| check.requirement == id), "{id} is no requirement");
    }
    let steps: Vec<_> =
        topic["hint"].as_array().unwrap().iter().map(|hint| hint["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["nudge", "direction", "answer"], "{topic}");
    for hint in topic["hint"].as_array().unwrap() {
        assert!(!hint["say"].as_str().unwrap().trim().is_empty(), "{topic}");
    }
}

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(RESOURCES).join(name)).unwrap()
}
