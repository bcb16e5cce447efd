//! Tests that this machine can't run. They say so; under `CI=true` they fail, unless `PROCTOR_EXPECT_SKIPPED` names what
//! is missing.

use std::env;
use std::io::{self, Write};

/// Permits, as words: `cgroups`, `docker`, `mounts`, `namespaces`, `root`.
const VARIABLE: &str = "PROCTOR_EXPECT_SKIPPED";

/// Ends a test, or a part of one, that needs what this machine lacks.
#[track_caller]
pub(crate) fn skipped(need: &str, reason: &str) {
    let words = env::var(VARIABLE).unwrap_or_default();
    let strict = env::var("CI").is_ok_and(|value| value == "true" || value == "1");
    assert!(
        permits(strict, &words, need),
        "skipped, which CI does not expect: {reason} ({VARIABLE}={need} permits it)"
    );
    // Not through the test's own output, which nobody sees of a test that passes.
    writeln!(io::stderr(), "skipped: {reason}").ok();
}

fn permits(strict: bool, words: &str, need: &str) -> bool {
    !strict || words.split_ascii_whitespace().any(|word| word == need)
}

#[test]
fn under_ci_only_what_is_listed_may_be_skipped() {
    assert!(permits(false, "", "docker"));
    assert!(permits(true, "mounts docker", "docker"));
    assert!(!permits(true, "mounts", "docker") && !permits(true, "", "docker"));
}
