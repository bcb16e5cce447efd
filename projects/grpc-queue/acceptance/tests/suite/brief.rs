//! Brief and suite say the same.

use grpc_queue_acceptance::EXERCISE;

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
