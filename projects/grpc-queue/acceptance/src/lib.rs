//! The gRPC queue's suite: one check for each requirement of the brief, and the doubles that prove it.
