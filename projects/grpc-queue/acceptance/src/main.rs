//! The suite's own small program, so that `make verify` in the project builds nothing but the project.

use std::process::ExitCode;

fn main() -> ExitCode {
    proctor_harness::program(&[&grpc_queue_acceptance::EXERCISE])
}
