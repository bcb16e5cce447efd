//! Solutions that are not Rust pass at the level that they claim.

use std::path::Path;

use log_parser_acceptance::EXERCISE;
use proctor_harness::{Options, judge};

#[test]
fn awk_passes_levels_1_and_2() {
    check("awk");
}

#[test]
fn python_passes_levels_1_to_3() {
    check("python");
}

#[track_caller]
fn check(solution: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../solutions").join(solution);
    let report = judge(&EXERCISE, &folder, &Options::default()).unwrap();
    assert!(report.holds(), "{}: {:?}", report.sentence(), report.failed());
}
