//! JSON lines.
#![no_main]

use libfuzzer_sys::fuzz_target;
use log_parser::format::Json;

fuzz_target!(|data: &[u8]| log_parser_fuzz::read(&Json, data));
