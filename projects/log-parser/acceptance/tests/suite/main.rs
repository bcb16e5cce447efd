//! The suite itself is tested: against its brief, against programs that are wrong on purpose, and against solutions
//! in other languages.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says so by panicking")]

mod brief;
mod failures;
mod solutions;
