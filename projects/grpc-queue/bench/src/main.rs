//! Speed and faults of the gRPC queue beside its peers.

fn main() {}
