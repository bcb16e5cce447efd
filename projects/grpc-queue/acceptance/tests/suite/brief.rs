//! Brief and suite say the same.

use grpc_queue_acceptance::EXERCISE;
use grpc_queue_acceptance::environment::VARIABLES;

#[test]
fn every_requirement_has_one_check_and_every_check_a_requirement() {
    assert_eq!(proctor_harness::faults(&EXERCISE), Vec::<String>::new());
}

#[test]
fn requirements_stand_in_the_brief_in_the_order_of_the_checks() {
    let of_brief: Vec<String> =
        proctor_harness::requirements(EXERCISE.brief).into_iter().map(|requirement| requirement.id).collect();
    let of_suite: Vec<&str> = EXERCISE.checks.iter().map(|check| check.requirement).collect();
    assert_eq!(of_brief, of_suite);
}

#[test]
fn variables_of_the_brief_are_those_that_a_server_sees_from_its_check_alone() {
    let table = EXERCISE.brief.split_once("| Variable |").unwrap().1.split_once("\n\n").unwrap().0;
    let of_brief: Vec<&str> =
        table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(of_brief, VARIABLES);
}
