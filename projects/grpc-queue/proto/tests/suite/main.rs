//! What the two sets of generated types must agree on.

/// Bytes of the one set, read by the other.
mod wire;
