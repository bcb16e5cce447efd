//! The harness from outside: the toy exercise's program, run on solutions that are wrong on purpose.
#![expect(clippy::unwrap_used, reason = "a test that can't go on says so")]

/// Every solution of a repository, and the board.
mod board;
/// What a start costs: `make bench`.
mod cost;
/// What `doctor` says of machines that lack something.
mod doctor;
/// The five steps of DESIGN.md that add an exercise, followed to the letter.
mod five_steps;
/// Starting the toy exercise's program on a solution made on the spot.
mod fixture;
/// Formats for machines, and what `CI=true` changes.
mod formats;
/// Fork bombs, in a container with limits.
mod hostile;
/// Ctrl-C, SIGKILL, and the hundred runs.
mod leftovers;
/// Readers who stop or leave, full disks, and bytes that would move a terminal.
mod outputs;
/// The seed, and who may know it.
mod seed;
/// Servers: ready, signalled, killed, started again, and wrong on purpose.
mod servers;
/// Tests that this machine can't run.
#[path = "../../src/skipped.rs"]
mod skipped;
/// Nothing wraps at 80 columns.
mod width;
/// Solutions that are wrong on purpose, each with its verdict held by snapshot.
mod wrong;
