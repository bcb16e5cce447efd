//! Level 3: IPv6, mapped addresses, and what is no address at all.

use proctor_harness::{Trial, Verdict};

use crate::ask::Ask;
use crate::line::Class::{Counted, Own};
use crate::log::Log;
use crate::traffic::{pick, stranger_v6};

/// LP-3.21
pub(crate) fn ipv6(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(100);
    log.put(50, Counted, "a stranger's IPv6 address", |record, rng| record.client(stranger_v6(rng)));
    log.put(30, Own, "an IPv6 address inside of the range", |record, rng| {
        // The range 2001:db8:40::/44 ends after 2001:db8:4f:ffff:…, inside of a group.
        record.client(format!("2001:db8:4{:x}:{:x}::{:x}", rng.u8(..16), rng.u16(1..), rng.u16(1..)))
    });
    log.put(20, Counted, "an IPv6 address right beside the range", |record, rng| {
        let beside =
            ["2001:db8:3f:ffff:ffff:ffff:ffff:ffff", "2001:db8:50::", "2001:db8:4::1", "2001:db9:40::1"];
        record.client(pick(rng, &beside))
    });
    log.put(20, Own, "our own IPv6 address in another spelling", |record, rng| {
        let spellings =
            ["fd00::1:2", "FD00::1:2", "fd00:0:0:0:0:0:1:2", "fd00:0000::0001:0002", "fd00::0.1.0.2"];
        record.client(pick(rng, &spellings))
    });
    log.put(10, Counted, "an address that begins with our own", |record, _| record.client("fd00::1:20"));
    Ask::about(&mut log)
        .option("--exclude-own", "2001:db8:40::/44")
        .option("--exclude-own", "fd00::1:2")
        .with_ledger()
        .verdict(trial)?;
    own_family(trial)
}

/// A range holds addresses of its own family, and all of them where it has no bits.
fn own_family(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(50);
    log.put(20, Own, "an IPv6 address, and all of those are our own", |record, rng| {
        record.client(stranger_v6(rng))
    });
    Ask::about(&mut log).option("--exclude-own", "::/0").with_ledger().verdict(trial)?;

    let mut log = Log::new(trial);
    log.put(50, Own, "an IPv4 address, and all of those are our own", |record, _| record);
    log.put(20, Counted, "an IPv6 address, and all of IPv4 is our own", |record, rng| {
        record.client(stranger_v6(rng))
    });
    Ask::about(&mut log).option("--exclude-own", "0.0.0.0/0").with_ledger().verdict(trial)?;

    // 2001: and 32.1. are the same sixteen bits.
    let mut log = Log::new(trial);
    log.everyday(50);
    log.put(20, Counted, "an IPv6 address that begins with the bits of an IPv4 range", |record, rng| {
        record.client(format!("2001:db8::{:x}", rng.u16(1..)))
    });
    log.put(10, Own, "an address in the IPv4 range", |record, rng| {
        record.client(format!("32.1.13.{}", rng.u8(..)))
    });
    Ask::about(&mut log).option("--exclude-own", "32.1.0.0/16").with_ledger().verdict(trial)
}

/// LP-3.22
pub(crate) fn mapped(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(100);
    log.put(20, Own, "our own IPv4 address, mapped into IPv6", |record, rng| {
        record.client(format!(
            "{}10.0.3.{}",
            pick(rng, &["::ffff:", "::FFFF:", "0:0:0:0:0:ffff:"]),
            rng.u8(..)
        ))
    });
    log.put(10, Own, "our own IPv4 address, mapped into IPv6 and spelt in hex", |record, _| {
        record.client("::ffff:a00:307")
    });
    log.put(20, Counted, "a stranger's IPv4 address, mapped into IPv6", |record, rng| {
        record.client(format!("::ffff:46.9.3.{}", rng.u8(..)))
    });
    Ask::about(&mut log).option("--exclude-own", "10.0.0.0/8").with_ledger().verdict(trial)?;

    let mut log = Log::new(trial);
    log.everyday(100);
    log.put(20, Own, "an IPv4 address inside of a mapped range", |record, rng| {
        record.client(format!("10.0.3.{}", rng.u8(..)))
    });
    Ask::about(&mut log).option("--exclude-own", "::ffff:10.0.0.0/104").with_ledger().verdict(trial)?;

    let mut log = Log::new(trial);
    log.everyday(100);
    log.put(20, Own, "our own IPv4 address, forwarded as a mapped one", |record, rng| {
        record.client("10.0.0.2").forwarded(&format!("::ffff:198.51.100.{}", rng.u8(..)))
    });
    log.put(20, Own, "our own IPv4 address, left of a mapped one that is trusted", |record, rng| {
        record.client("::ffff:10.0.0.2").forwarded(&format!("198.51.100.{}, ::ffff:10.0.0.3", rng.u8(..)))
    });
    Ask::about(&mut log)
        .option("--trusted-proxy", "10.0.0.0/8")
        .option("--exclude-own", "198.51.100.0/24")
        .with_ledger()
        .verdict(trial)
}

/// LP-3.23
pub(crate) fn strict(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(100);
    log.put(10, Own, "our own IPv4 address", |record, _| record.client("10.0.0.1"));
    log.put(80, Counted, "a client that isn't written as an address", |record, rng| {
        let not_addresses = [
            "010.0.0.1",
            "10.0.0.01",
            "10.0.0.1:443",
            "10.0.0.256",
            "10.0.0",
            "10.1",
            "167772161",
            "0xa000001",
            "[::1]",
            "::1%lo",
            "::1/128",
            "::ffff:10.0.0.01",
        ];
        record.client(pick(rng, &not_addresses))
    });
    Ask::about(&mut log)
        .option("--exclude-own", "10.0.0.0/8")
        .option("--exclude-own", "::1")
        .with_ledger()
        .verdict(trial)
}
