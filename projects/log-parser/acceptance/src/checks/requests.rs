//! Level 3: what a request field may hold.

use proctor_harness::{Trial, Verdict};

use crate::ask::Ask;
use crate::line::Class::{Counted, NotMatched};
use crate::log::Log;
use crate::traffic::pick;

/// LP-3.9
pub(crate) fn protocol(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    let asked = format!("{} {}", log.method, log.path);
    log.everyday(150);
    log.put(20, Counted, "no protocol", |record, _| record.request(asked.clone()));
    log.put(10, Counted, "no protocol, but a query", |record, _| record.request(format!("{asked}?page=2")));
    log.put(20, Counted, "a protocol of any version", |record, rng| {
        record.request(format!("{asked} HTTP/{}", pick(rng, &["0.9", "3.0", "2.0", "10.25"])))
    });
    log.put(20, NotMatched, "something at the end of its request that is no protocol", |record, rng| {
        record.request(format!(
            "{asked} {}",
            pick(rng, &["HTTP/1.", "HTTP/x.y", "http/1.1", "HTTPS/1.1", "FTP/1.1"])
        ))
    });
    Ask::about(&mut log).with_ledger().verdict(trial)
}

/// LP-3.10
pub(crate) fn spaces(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::asking(trial, "GET", "/reports/annual report");
    log.everyday(150);
    log.put(20, NotMatched, "a longer target with spaces", |record, rng| {
        let target = pick(rng, &["annual report 2026", "annual report HTTP/1.1", "annual", "annual  report"]);
        record.asks("GET", &format!("/reports/{target}"))
    });
    log.put(10, Counted, "spaces in its query", |record, _| {
        record.asks("GET", "/reports/annual report?q=a b c")
    });
    Ask::about(&mut log).with_ledger().verdict(trial)?;

    let mut log = Log::new(trial);
    let (method, path) = (log.method, log.path);
    log.everyday(150);
    log.put(20, NotMatched, "spaces at the end of its target", |record, rng| {
        record.asks(method, &format!("{path}{}", pick(rng, &[" ", "  "])))
    });
    log.put(20, NotMatched, "the path asked for only as the first word of its target", |record, rng| {
        record.asks(method, &format!("{path} {}", pick(rng, &["x", "or 1=1", "HTTP/1.1"])))
    });
    Ask::about(&mut log).with_ledger().verdict(trial)
}

/// LP-3.11
pub(crate) fn absolute(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    let (method, path) = (log.method, log.path);
    log.everyday(150);
    log.put(30, Counted, "an absolute target", |record, rng| {
        let origin =
            ["http://api.example", "https://api.example:8443", "http://[2001:db8::1]:80", "http://u:p@h"];
        let query = pick(rng, &["", "?page=2", "?next=http://a/b"]);
        record.asks(method, &format!("{}{path}{query}", pick(rng, &origin)))
    });
    log.put(15, Counted, "an absolute target with a scheme in upper case", |record, rng| {
        record.asks(method, &format!("{}://api.example{path}", pick(rng, &["HTTP", "Https"])))
    });
    log.put(20, NotMatched, "a target that only looks absolute", |record, rng| {
        let before = ["ftp://api.example", "api.example", "//api.example", "/http://api.example", "http:/"];
        record.asks(method, &format!("{}{path}", pick(rng, &before)))
    });
    log.put(10, NotMatched, "an absolute target without a path", |record, rng| {
        record.asks(method, pick(rng, &["http://api.example", "https://api.example?x=/"]))
    });
    Ask::about(&mut log).with_ledger().verdict(trial)
}

/// LP-3.12
pub(crate) fn empty_path(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::asking(trial, "GET", "/");
    log.put(100, Counted, "", |record, _| record);
    log.put(100, NotMatched, "", |record, rng| record.asks("GET", pick(rng, &["/index.html", "/a/", "/-"])));
    log.put(20, Counted, "an empty target", |record, _| record.request("GET  HTTP/1.1"));
    log.put(20, Counted, "nothing before the question mark", |record, _| record.asks("GET", "?page=1"));
    Ask::about(&mut log).with_ledger().verdict(trial)
}

/// LP-3.13
pub(crate) fn none(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    let method = log.method;
    log.everyday(150);
    log.put(20, NotMatched, "- for its request", |record, _| record.request("-").status("408"));
    log.put(20, NotMatched, "an empty request", |record, _| record.request("").status("400"));
    log.put(20, NotMatched, "one word for its request", |record, rng| {
        record.request(pick(rng, &[method, "quit", r"\n", "*"])).status("400")
    });
    Ask::about(&mut log).with_ledger().verdict(trial)
}

/// LP-3.14
pub(crate) fn tls_bytes(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(150);
    log.put(30, NotMatched, "a TLS handshake for its request", |record, rng| {
        // No space, no quote, no backslash and no newline among the random bytes.
        let random: Vec<u8> = (0..32).map(|_| pick(rng, b"\0\x01\x02\x07\x0e\x10\x1b\x1fA~z")).collect();
        record.request([b"\x16\x03\x01\x02\0\x01\0\x01\x7c\x03\x03", &random[..]].concat()).status("400")
    });
    log.put(30, NotMatched, "an escaped TLS handshake for its request", |record, _| {
        record.request(r"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\xA9\x1B").status("400")
    });
    Ask::about(&mut log).with_ledger().verdict(trial)
}
