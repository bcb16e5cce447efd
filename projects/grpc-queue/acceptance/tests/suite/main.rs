//! The suite itself is tested: against its brief, against programs that can't start.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says so by panicking")]

mod brief;
mod failures;
