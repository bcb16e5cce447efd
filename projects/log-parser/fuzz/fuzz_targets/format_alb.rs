//! AWS application load balancer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use log_parser::format::Alb;

fuzz_target!(|data: &[u8]| log_parser_fuzz::read(&Alb, data));
