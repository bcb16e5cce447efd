//! A format string, a zero byte, and lines to read by it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use log_parser::format::Plan;

fuzz_target!(|data: &[u8]| {
    let Some((string, lines)) = log_parser_fuzz::string_and_lines(data) else { return };
    if let Ok(plan) = Plan::nginx(string) {
        log_parser_fuzz::read(&plan, lines);
    }
});
