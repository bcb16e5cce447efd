//! The program `xtask` and its data, on this very checkout.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where it stopped")]

/// The dev containers: no drift, and what the published schema allows.
mod devcontainers;
/// Lanes end in a table, also when a signal comes.
mod lanes;
/// Every command of the READMEs is run by something.
mod readme;
