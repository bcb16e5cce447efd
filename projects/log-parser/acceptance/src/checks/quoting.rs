//! Level 3: where a field ends, where a line ends, and what a byte may be.

use proctor_harness::{Trial, Verdict};

use crate::ask::Ask;
use crate::line::Class::{Bot, Counted, NotMatched};
use crate::log::Log;
use crate::traffic::{PEOPLE, pick};

/// LP-3.4
pub(crate) fn escaped_quotes(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    let (method, path) = (log.method, log.path);
    log.everyday(150);
    log.put(15, Counted, r#"\" in its referer"#, |record, rng| {
        record.referer(pick(rng, &[r#"https://q.example/?q=\"exact\""#, r#"\""#, r#"a\" \"-\" \"Googlebot"#]))
    });
    log.put(15, Bot, r#"\" in its agent, and a bot behind that"#, |record, _| {
        record.agent(r#"\"Fetcher\" (compatible; Googlebot/2.1)"#)
    });
    log.put(15, Counted, r#"\\" at the end of its referer"#, |record, rng| {
        record.referer(pick(rng, &[r"C:\\", r"\\\\", r#"\"quoted\"\\"#]))
    });
    log.put(15, Bot, r#"\\" at the end of its agent, and a bot before that"#, |record, _| {
        record.agent(r"Googlebot on C:\\")
    });
    log.put(15, NotMatched, r#"\" at the end of its path"#, |record, _| {
        record.asks(method, &format!(r#"{path}\""#))
    });
    Ask::about(&mut log).flag("--exclude-bots").with_ledger().verdict(trial)
}

/// LP-3.5
pub(crate) fn user_with_spaces(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(150);
    log.put(40, Counted, "spaces in its user", |record, rng| {
        record.user(pick(
            rng,
            &[
                " bob",
                "bob ",
                " ",
                "John Smith",
                "de la Cruz",
                "CORP user name",
                r#"J. "Jo" Smith"#,
                "smith[sales] x",
            ],
        ))
    });
    Ask::about(&mut log).with_ledger().verdict(trial)
}

/// LP-3.6
pub(crate) fn rest_is_ignored(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(150);
    log.put(80, Counted, "something after its agent", |record, rng| {
        record.rest(pick(
            rng,
            &[
                " 0.012",
                r#" "-""#,
                r#" "10.0.0.7" 0.003 0.002"#,
                r#" "203.0.113.9, 10.0.0.7""#,
                r#" "Googlebot/2.1""#,
                r#" rt=0.1 "unfinished"#,
                "x",
                " TLSv1.3 - \"\"",
            ],
        ))
    });
    log.put(10, Bot, "a bot for its agent, and a browser after that", |record, rng| {
        record.agent("Googlebot/2.1").rest(format!(" \"{}\"", pick(rng, PEOPLE)))
    });
    Ask::about(&mut log)
        .option("--exclude-own", "10.0.0.0/8")
        .flag("--exclude-bots")
        .with_ledger()
        .verdict(trial)
}

/// LP-3.7
pub(crate) fn bytes_not_text(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    let prefix = [log.method.as_bytes(), b" ", log.path.as_bytes()].concat();
    log.everyday(150);
    log.put(20, Counted, "a referer that isn't UTF-8", |record, _| {
        record.referer(b"http://ex.example/?q=M\xe4rz")
    });
    log.put(20, Counted, "an agent that isn't UTF-8", |record, _| {
        record.agent(b"Mozilla/5.0 (\xff\xfe; \xc3)")
    });
    log.put(20, NotMatched, "a path that isn't UTF-8", |record, _| {
        record.request([&prefix[..], b"\xe9 HTTP/1.1"].concat())
    });
    log.put(20, Counted, "a query that isn't UTF-8", |record, _| {
        record.request([&prefix[..], b"?q=\xe9\x80 HTTP/1.1"].concat())
    });
    Ask::about(&mut log).with_ledger().verdict(trial)
}

/// LP-3.8
pub(crate) fn newline_alone(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(150);
    log.put(60, Counted, "a control character inside of its referer", |record, rng| {
        record.referer(pick(
            rng,
            &["a\rb", "a\x0bb", "a\x0cb", "a\x1cb", "a\x1eb", "a\u{85}b", "a\u{2028}b", "a\0b"],
        ))
    });
    log.put(10, Counted, "a carriage return inside of its agent", |record, _| {
        record.agent("Mozilla/5.0 (\r)")
    });
    Ask::about(&mut log).with_ledger().verdict(trial)
}
