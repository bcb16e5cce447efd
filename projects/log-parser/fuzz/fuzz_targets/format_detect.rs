//! Detection, whose choice then reads the sample.
#![no_main]

use libfuzzer_sys::fuzz_target;
use log_parser::format::detect;

fuzz_target!(|data: &[u8]| {
    if let Some(format) = detect(data).format {
        log_parser_fuzz::read(&*format, data);
    }
});
