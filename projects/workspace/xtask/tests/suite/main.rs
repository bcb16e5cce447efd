//! The program `xtask` and its data, on this very checkout.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where it stopped")]

/// The dev containers: no drift, and what the published schema allows.
mod devcontainers;
/// Lanes end in a table, also when a signal comes.
mod lanes;
/// Folders for a pairing: empty, made here, or refused.
mod pairing;
/// Every command of the READMEs is run by something.
mod readme;
/// The projects' rows, and make's and cargo-make's words.
mod words;
/// Workflows take actions and tools by commit and version.
mod workflows;
