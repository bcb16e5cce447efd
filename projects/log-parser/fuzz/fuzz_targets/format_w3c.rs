//! W3C logs: CloudFront's fields first, and any that the data names after that.
#![no_main]

use libfuzzer_sys::fuzz_target;
use log_parser::format::W3c;

fuzz_target!(|data: &[u8]| log_parser_fuzz::read(&W3c::cloudfront(), data));
