//! The services for real. What needs Docker is marked as ignored, so that a plain `cargo test` counts it as ignored
//! and never as passed; the services lane asks for all of it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that can't go on should say where it stopped"
)]

/// The compose file: valid, healthy only when it is, and the same after a restart.
mod compose;
/// Each service by itself: from the environment or in a container.
mod found;
/// Names of images.
mod image;
/// A compose project of its own on free ports, taken down with its volumes.
mod stack;
