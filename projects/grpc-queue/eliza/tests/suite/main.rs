//! The engine from the outside.

/// What is said to what.
mod conversation;
/// What holds for any sentence.
mod properties;
