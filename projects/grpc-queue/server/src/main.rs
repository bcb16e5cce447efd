//! The program grpc-queue: the Eliza service, its page, its conversation in the terminal.

fn main() {}
