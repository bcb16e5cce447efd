//! Level 3: the client behind proxies that we trust.
//!
//! In every log here `10.0.0.0/8` is trusted, and so is `10.7.0.0/16`, whose machines are also our own.

use proctor_harness::{Trial, Verdict};

use crate::ask::Ask;
use crate::line::Class::{Counted, Own};
use crate::log::Log;
use crate::traffic::{pick, stranger};

/// LP-3.25
pub(crate) fn behind_a_proxy(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(80);
    log.put(20, Counted, "a stranger behind one proxy", |record, rng| {
        record.client("10.0.0.2").forwarded(&stranger(rng))
    });
    log.put(20, Own, "our own address behind one proxy", |record, _| {
        record.client("10.0.0.2").forwarded("198.51.100.7")
    });
    log.put(20, Own, "our own address behind three proxies", |record, rng| {
        let apart = pick(rng, &[", ", ",", " , ", ",\t"]);
        record.client("10.0.0.2").forwarded(&["198.51.100.8", "10.0.0.4", "10.0.0.3"].join(apart))
    });
    log.put(20, Counted, "our own address forged in front of a stranger's", |record, rng| {
        let forwarded = format!("198.51.100.7, {}, 10.0.0.3", stranger(rng));
        record.client("10.0.0.2").forwarded(&forwarded)
    });
    log.put(20, Own, "a stranger's address forged in front of our own", |record, rng| {
        let forwarded = format!("{}, 198.51.100.7, 10.0.0.3", stranger(rng));
        record.client("10.0.0.2").forwarded(&forwarded)
    });
    ask(&mut log).option("--exclude-own", "198.51.100.0/24").verdict(trial)
}

/// LP-3.26
pub(crate) fn all_trusted(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(80);
    log.put(30, Own, "only trusted addresses, the leftmost our own", |record, rng| {
        let forwarded = pick(rng, &["10.7.0.1", "10.7.0.1, 10.0.0.4", "10.7.0.1, 10.0.0.4, 10.0.0.3"]);
        record.client("10.0.0.2").forwarded(forwarded)
    });
    log.put(30, Counted, "only trusted addresses, our own anywhere but leftmost", |record, rng| {
        let forwarded = pick(rng, &["10.0.0.4", "10.0.0.4, 10.7.0.1", "10.0.0.4, 10.7.0.1, 10.0.0.3"]);
        record.client("10.7.0.2").forwarded(forwarded)
    });
    ask(&mut log).option("--exclude-own", "10.7.0.0/16").verdict(trial)
}

/// LP-3.27
pub(crate) fn bad_entry(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(80);
    let bad = ["unknown", "-", "", "_hidden", "proxy.example", "10.0.0", "999.1.1.1"];
    log.put(40, Own, "an entry that is no address, and our own proxy right of it", |record, rng| {
        let forwarded = format!("{}, {}, 10.7.0.1, 10.0.0.3", stranger(rng), pick(rng, &bad));
        // The walk stops at the last good one: 10.7.0.1.
        record.client("10.0.0.2").forwarded(&forwarded)
    });
    log.put(20, Counted, "an entry that is no address, and our own address left of it", |record, rng| {
        let forwarded = format!("10.7.0.1, {}, 10.0.0.3", pick(rng, &bad));
        record.client("10.0.0.2").forwarded(&forwarded)
    });
    log.put(20, Own, "no good entry, and our own proxy for its first field", |record, rng| {
        record.client("10.7.0.9").forwarded(pick(rng, &bad))
    });
    ask(&mut log).option("--exclude-own", "10.7.0.0/16").verdict(trial)
}

/// LP-3.28
pub(crate) fn from_a_stranger(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(80);
    log.put(30, Counted, "a first field that isn't trusted, and our own address forwarded", |record, _| {
        record.forwarded("198.51.100.7")
    });
    log.put(10, Counted, "a host name for its first field, and our own address forwarded", |record, _| {
        record.client("proxy.example").forwarded("198.51.100.7")
    });
    log.put(20, Own, "our own address, not trusted, and a stranger's forwarded", |record, rng| {
        record.client("198.51.100.9").forwarded(&stranger(rng))
    });
    ask(&mut log).option("--exclude-own", "198.51.100.0/24").verdict(trial)
}

/// LP-3.29
pub(crate) fn no_field(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(80);
    let nothing = ["", " 0.004", " rt=0.1 \"46.9.3.1", " 46.9.3.1"];
    log.put(30, Own, "our own proxy for its first field, and nothing forwarded", |record, rng| {
        record.client("10.7.0.1").rest(pick(rng, &nothing))
    });
    log.put(30, Counted, "a proxy for its first field, and nothing forwarded", |record, rng| {
        record.client("10.0.0.2").rest(pick(rng, &nothing))
    });
    ask(&mut log).option("--exclude-own", "10.7.0.0/16").verdict(trial)
}

/// LP-3.30
pub(crate) fn last_field(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(80);
    log.put(30, Own, "our own address in the last of several quoted fields", |record, rng| {
        let rest = format!(r#" "{}" 0.012 "-" "198.51.100.7" 12"#, stranger(rng));
        record.client("10.0.0.2").rest(rest)
    });
    log.put(30, Counted, "our own address in a quoted field before the last", |record, rng| {
        let rest = format!(r#" "198.51.100.7" "a \"b" "{}""#, stranger(rng));
        record.client("10.0.0.2").rest(rest)
    });
    ask(&mut log).option("--exclude-own", "198.51.100.0/24").verdict(trial)
}

/// LP-3.31
pub(crate) fn repeatable(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(80);
    log.put(20, Own, "our own address behind a proxy of the first range", |record, _| {
        record.client("10.0.0.2").forwarded("198.51.100.7")
    });
    log.put(20, Own, "our own address behind a proxy of the second range", |record, _| {
        record.client("2001:db8:1::9").forwarded("198.51.100.7")
    });
    log.put(20, Own, "our own address behind proxies of both ranges", |record, _| {
        record.client("2001:db8:1::9").forwarded("198.51.100.7, 10.0.0.3, 2001:db8:1::8")
    });
    ask(&mut log)
        .option("--trusted-proxy", "2001:db8:1::/48")
        .option("--exclude-own", "198.51.100.0/24")
        .verdict(trial)
}

fn ask(log: &mut Log) -> Ask {
    Ask::about(log).option("--trusted-proxy", "10.0.0.0/8").with_ledger()
}
