//! AWS S3 server access log.
#![no_main]

use libfuzzer_sys::fuzz_target;
use log_parser::format::S3;

fuzz_target!(|data: &[u8]| log_parser_fuzz::read(&S3, data));
