//! Brief and suite say the same.

use grpc_queue_acceptance::EXERCISE;
use grpc_queue_acceptance::mutants::Defect;

#[test]
fn brief_suite_mutants_hints_guide_and_container_hold_together() {
    suite_kit::hold(&EXERCISE, Defect::TABLE);
}

#[test]
fn variables_of_the_brief_begin_with_the_address() {
    let variables = suite_kit::environment::variables(EXERCISE.brief);
    assert_eq!(variables.len(), 17, "{variables:?}");
    assert_eq!(variables[0], "LISTEN_ADDR");
}
