//! Level 2: our own servers, and where their options may be.

use std::net::Ipv4Addr;

use fastrand::Rng;
use proctor_harness::{Trial, Verdict};

use crate::ask::Ask;
use crate::line::Class::{Bot, Counted, NotMatched, Own};
use crate::log::Log;
use crate::traffic::{PLAIN_BOTS, pick};

/// LP-2.1
pub(crate) fn address(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(200);
    let own = format!("94.18.{}.{}", log.rng.u8(1..10), log.rng.u8(1..20));
    log.put(40, Own, "our own address", |record, _| record.client(own.clone()));
    log.put(20, Counted, "an address that begins with our own", |record, rng| {
        record.client(format!("{own}{}", rng.u8(0..6)))
    });
    log.put(20, Counted, "an address that ends with our own", |record, _| record.client(format!("1{own}")));
    Ask::about(&mut log).option("--exclude-own", &own).verdict(trial)
}

/// LP-2.2
pub(crate) fn range(trial: &mut Trial<'_>) -> Verdict {
    let mut prefixes = vec![1, 9, 13, 20, 23, 27, 30];
    trial.rng().shuffle(&mut prefixes);
    prefixes.truncate(2);
    for prefix in [0, 8, 32].into_iter().chain(prefixes) {
        let mut log = Log::new(trial);
        let range = Range::random(&mut log.rng, prefix);
        if prefix > 0 {
            everyday_outside(&mut log, &range);
        }
        log.put(40, Own, "a client inside of the range", |record, rng| record.client(range.inside(rng)));
        log.put(5, Own, "the first address of the range", |record, _| record.client(range.first()));
        log.put(5, Own, "the last address of the range", |record, _| record.client(range.last()));
        for outside in range.neighbours() {
            log.put(5, Counted, "a client right beside the range", |record, _| {
                record.client(outside.clone())
            });
        }
        Ask::about(&mut log)
            .option("--exclude-own", &format!("{}/{prefix}", range.first()))
            .verdict(trial)?;
    }
    Ok(())
}

/// LP-2.3
pub(crate) fn host_bits(trial: &mut Trial<'_>) -> Verdict {
    for prefix in [8, 16, 24] {
        let mut log = Log::new(trial);
        let range = Range::random(&mut log.rng, prefix);
        everyday_outside(&mut log, &range);
        log.put(40, Own, "a client inside of the range", |record, rng| record.client(range.inside(rng)));
        // The last address has every bit past the prefix set.
        Ask::about(&mut log).option("--exclude-own", &format!("{}/{prefix}", range.last())).verdict(trial)?;
    }
    Ok(())
}

/// LP-2.4
pub(crate) fn repeatable(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(200);
    log.put(15, Own, "a client in the first range", |record, rng| {
        record.client(format!("10.1.2.{}", rng.u8(..)))
    });
    log.put(15, Own, "a client in the second range", |record, rng| {
        record.client(format!("172.16.0.{}", rng.u8(1..255)))
    });
    log.put(15, Own, "a client in the third range", |record, _| record.client("192.168.7.9"));
    Ask::about(&mut log)
        .option("--exclude-own", "10.0.0.0/8")
        .option("--exclude-own", "172.16.0.0/24")
        .option("--exclude-own", "192.168.7.9")
        .verdict(trial)
}

/// LP-2.5
pub(crate) fn host_name(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(200);
    log.put(20, Own, "our own address", |record, rng| record.client(format!("10.0.3.{}", rng.u8(..))));
    log.put(40, Counted, "a host name for its client", |record, rng| {
        let names =
            ["10.0.3.4.dsl.example.net", "10.0.3.7.in-addr.arpa", "ip-10-0-3-4.internal", "monitor.example"];
        record.client(pick(rng, &names))
    });
    Ask::about(&mut log).option("--exclude-own", "10.0.0.0/8").verdict(trial)
}

/// LP-2.15
pub(crate) fn options_anywhere(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(100);
    log.put(20, Own, "our own address", |record, rng| record.client(format!("10.0.3.{}", rng.u8(..))));
    Ask::about(&mut log).at_the_end("--exclude-own").at_the_end("10.0.0.0/8").verdict(trial)?;

    let mut log = Log::new(trial);
    log.everyday(100);
    log.put(20, Bot, "a bot for its agent", |record, rng| record.agent(pick(rng, PLAIN_BOTS)));
    Ask::about(&mut log).behind_the_request("--exclude-bots").verdict(trial)?;
    Ask::about(&mut log).at_the_end("--exclude-bots").verdict(trial)
}

/// An IPv4 range of the oracle's own: numbers from which addresses are made, never read.
struct Range {
    first: u32,
    last: u32,
}

impl Range {
    /// A range on the public internet.
    fn random(rng: &mut Rng, prefix: u32) -> Self {
        let hosts = u32::MAX.checked_shr(prefix).unwrap_or(0);
        let first = rng.u32(0x0C00_0000..0xDC00_0000) & !hosts;
        Self { first, last: first | hosts }
    }

    /// A client in the range, at neither end of it.
    fn inside(&self, rng: &mut Rng) -> String {
        // The edges have lines of their own.
        let edges = u32::from(self.last - self.first > 1);
        Ipv4Addr::from(rng.u32(self.first + edges..=self.last - edges)).to_string()
    }

    fn first(&self) -> String {
        Ipv4Addr::from(self.first).to_string()
    }

    fn last(&self) -> String {
        Ipv4Addr::from(self.last).to_string()
    }

    /// The addresses right before and after the range, where there are any.
    fn neighbours(&self) -> Vec<String> {
        let around = [self.first.checked_sub(1), self.last.checked_add(1)];
        around.into_iter().flatten().map(|address| Ipv4Addr::from(address).to_string()).collect()
    }

    /// A client that isn't in the range.
    fn outside(&self, rng: &mut Rng) -> String {
        loop {
            let address = rng.u32(0x0100_0000..0xE000_0000);
            if !(self.first..=self.last).contains(&address) {
                return Ipv4Addr::from(address).to_string();
            }
        }
    }
}

/// Everyday lines whose clients are outside of a range that might hold any stranger.
fn everyday_outside(log: &mut Log, range: &Range) {
    log.put(80, Counted, "", |record, rng| record.client(range.outside(rng)));
    for _ in 0..80 {
        let client = range.outside(&mut log.rng);
        let record = log.elsewhere().client(client);
        log.add(NotMatched, "", &record);
    }
}
