//! The server under test of the official Connect conformance suite.

fn main() {}
