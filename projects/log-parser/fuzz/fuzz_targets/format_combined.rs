//! Common and combined lines, held against the record grammar of the brief.
#![no_main]

use libfuzzer_sys::fuzz_target;
use log_parser::Request;
use log_parser::format::{Combined, Common, Format};
use regex::bytes::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

static GRAMMAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?s-u)\A([^ ]+) ([^ ]+) (.+?) \[([^\]]+)\] "((?:[^"\\]|\\.)*)" ([0-9]{3}) ([0-9]+|-) "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"(.*)\z"#,
    )
    .expect("the grammar is a pattern")
});

fuzz_target!(|data: &[u8]| {
    log_parser_fuzz::read(&Common, data);
    log_parser_fuzz::read(&Combined, data);
    for line in data.split(|byte| *byte == b'\n') {
        match (Combined.parse(line), GRAMMAR.captures(line)) {
            (Ok(record), Some(fields)) => {
                assert_eq!(&*record.client, &fields[1]);
                assert_eq!(record.request, Request::Line(Cow::Borrowed(&fields[5])));
                assert_eq!(record.agent.as_deref(), Some(&fields[9]));
            }
            (Err(_), None) => {}
            // The pattern alone lets the user hold " [" where that makes a match; the brief doesn't.
            (Err(_), Some(fields)) => assert!(fields[3].windows(2).any(|pair| pair == b" [")),
            (Ok(record), None) => panic!("{record:?}"),
        }
    }
});
