//! The program as its users meet it: what it prints, where, and with which exit code.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

/// The contract's `count`.
mod count;
/// Messages of everything that the user can fix.
mod errors;
/// Inputs of every kind.
mod inputs;
/// `explain`, `detect`, `formats` and `generate`.
mod others;
/// A program and what it said.
mod program;
/// Real logs, where they are at hand.
mod real;
/// Nothing that is read or kept gets lost.
mod safety;
/// `top`, groups and ways to write an answer.
mod top;
