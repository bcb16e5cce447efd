//! The suite's own failures, seen on servers that are wrong on purpose.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says so by panicking")]

mod failures;
