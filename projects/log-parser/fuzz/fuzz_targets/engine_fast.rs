//! The fast path through combined and common logs, held against the exact parsers by whole runs.
#![no_main]

use std::sync::atomic::AtomicU64;

use libfuzzer_sys::fuzz_target;
use log_parser::format::{Combined, Common, Format, ParseError};
use log_parser::{GroupBy, Cidr, Input, Job, Pattern, Query, Record, Tally};

/// A format under another name, so that the engine knows no fast way for it.
#[derive(Debug)]
struct Exact<F>(F);

impl<F: Format> Format for Exact<F> {
    fn name(&self) -> &'static str {
        "exact"
    }

    fn parse<'a>(&self, line: &'a [u8]) -> Result<Record<'a>, ParseError> {
        self.0.parse(line)
    }
}

fn tally(query: &Query, format: &dyn Format, by: GroupBy, data: &[u8]) -> Tally {
    let progress = AtomicU64::new(0);
    let job = Job { query, format, by: Some(by), rejects: None, threads: None, progress: &progress };
    let reader = Box::new(std::io::Cursor::new(data.to_vec()));
    let input = Input::Stream { name: "fuzz".to_owned(), reader };
    job.run(vec![input]).expect("bytes in memory can be read")
}

fuzz_target!(|data: &[u8]| {
    // What is like gzip is another matter.
    if data.starts_with(&[0x1F, 0x8B]) {
        return;
    }
    let own: Vec<Cidr> = ["10.0.0.0/8", "fd00::/8"].iter().filter_map(|text| Cidr::parse(text).ok()).collect();
    let mut query = Query { own: own.iter().copied().collect(), trusted: own.into_iter().collect(), ..Query::default() };
    // Any of the combinations, by the input's own length: a run of them all would be slow.
    let all = [GroupBy::Hour, GroupBy::Path, GroupBy::Status, GroupBy::Method, GroupBy::Client, GroupBy::Agent];
    let by = all[data.len() % all.len()];
    let request = if data.len() / all.len() % 2 == 0 { None } else { Some("GET /a") };
    query.request = request.and_then(|request| Pattern::exact(request.as_bytes()).ok());
    let fast = tally(&query, &Combined, by, data);
    assert!(fast.ledger.reconciles());
    assert_eq!(fast, tally(&query, &Exact(Combined), by, data));
    assert_eq!(tally(&query, &Common, by, data), tally(&query, &Exact(Common), by, data));
});
