//! `proctor`: judges a solution in any language, level by level. Links every suite; adding an exercise adds a line.

use std::process::ExitCode;

fn main() -> ExitCode {
    proctor_harness::program(&[&log_parser_acceptance::EXERCISE, &grpc_queue_acceptance::EXERCISE])
}
