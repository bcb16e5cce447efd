//! What the interviewer reads fits the exercise.

use log_parser_acceptance::EXERCISE;
use proctor_harness::{guide_faults, hint_faults};

#[test]
fn every_requirement_has_hints_from_a_nudge_to_the_answer() {
    let hints = include_str!("../../../../../resources/interviewer/log-parser/hints.toml");
    assert_eq!(hint_faults(hints, &EXERCISE), Vec::<String>::new());
}

#[test]
fn guide_has_four_bands_for_each_criterion() {
    let guide = include_str!("../../../../../resources/interviewer/log-parser/guide.md");
    assert_eq!(guide_faults(guide), Vec::<String>::new());
}
