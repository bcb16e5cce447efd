//! What the two sets of generated types must agree on.
#![cfg(all(feature = "connect", feature = "tonic"))]

/// Bytes of the one set, read by the other.
mod wire;
