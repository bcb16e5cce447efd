//! The suite's own failures, seen on servers that are wrong on purpose.

mod failures;
