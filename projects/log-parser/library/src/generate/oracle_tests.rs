//! The truth against an independent reading of the log: the contract's grammar as a regular expression, line by
//! line, with nothing of the generator or of the parsers in it.

use std::net::{IpAddr, Ipv6Addr};

use proptest::prelude::*;
use regex::bytes::{Regex, RegexBuilder};

use super::line_fields::LineFields;
use super::*;
use crate::Bots;

const GRAMMAR: &str = r#"^([^ ]+) ([^ ]+) (.+?) \[([^\]]+)\] "((?:[^"\\]|\\.)*)" ([0-9]{3}) ([0-9]+|-) "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"(.*)$"#;

/// Method and path of a request; the scheme may have any case, the query and the protocol fall away.
const REQUEST: &str = r"^([^ ]+) (?:(?i:https?)://[^/]*)?([^?]*?)(?:\?.*?)?(?: HTTP/[0-9]+\.[0-9]+)?$";

struct Oracle {
    grammar: Regex,
    request: Regex,
    bots: Bots,
    options: Options,
}

impl Oracle {
    fn new(options: &Options) -> Self {
        let regex = |pattern| RegexBuilder::new(pattern).unicode(false).build().unwrap();
        Self {
            grammar: regex(GRAMMAR),
            request: regex(REQUEST),
            bots: Bots::built_in(),
            options: options.clone(),
        }
    }

    fn read(&self, log: &[u8]) -> Truth {
        let mut truth = Truth { bytes: log.len() as u64, ..Truth::default() };
        for line in log.strip_suffix(b"\n").into_iter().flat_map(|log| log.split(|&byte| byte == b'\n')) {
            let (kind, hour) = self.kind(line.strip_suffix(b"\r").unwrap_or(line));
            truth.add(kind, hour);
        }
        truth
    }

    fn kind(&self, line: &[u8]) -> (Kind, i64) {
        let record = if line.len() > 1_048_576 { None } else { self.grammar.captures(line) };
        let Some(fields) = record else { return (Kind::Malformed, 0) };
        let kind = if !self.matches(&fields[5]) {
            Kind::NotMatched
        } else if self.is_own(&fields[1]) {
            Kind::Own
        } else if self.bots.is_bot(&fields[9]) {
            Kind::Bot
        } else {
            Kind::Counted
        };
        let time =
            jiff::fmt::strtime::parse("%d/%b/%Y:%H:%M:%S %z", &fields[4]).unwrap().to_timestamp().unwrap();
        (kind, time.as_second().div_euclid(3600) * 3600)
    }

    fn matches(&self, request: &[u8]) -> bool {
        self.request.captures(request).is_some_and(|fields| {
            fields[1] == *self.options.method.as_bytes() && fields[2] == *self.options.path.as_bytes()
        })
    }

    fn is_own(&self, client: &[u8]) -> bool {
        let Ok(address) = String::from_utf8_lossy(client).parse::<IpAddr>() else { return false };
        let address = match address {
            IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(IpAddr::V6(v6), IpAddr::V4),
            v4 @ IpAddr::V4(_) => v4,
        };
        self.options.own.iter().any(|range| range.contains(&address))
    }
}

#[track_caller]
fn check(options: Options) -> (Truth, Vec<u8>) {
    let oracle = Oracle::new(&options);
    let mut log = Vec::new();
    let truth = Generator::new(options).unwrap().write(&mut log).unwrap();
    assert_eq!(truth, oracle.read(&log));
    (truth, log)
}

/// FNV-1a, 64 bits: enough to tell whether bytes have changed.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[test]
fn the_truth_is_what_an_independent_reading_finds() {
    let (truth, _) = check(Options { size: Size::Lines(3000), ..Options::default() });
    assert!(truth.counted > 100 && truth.own > 3 && truth.bot > 20 && truth.malformed > 5, "{truth:?}");
    assert!(truth.hours.len() > 20, "a log covers a day: {truth:?}");
}

#[test]
fn without_hostile_lines_every_line_is_a_good_record() {
    let (truth, log) = check(Options { size: Size::Lines(2000), hostile: 0.0, ..Options::default() });
    assert_eq!(truth.malformed, 0);
    assert!(log.is_ascii());
}

#[test]
fn all_lines_may_be_hostile() {
    let (truth, _) = check(Options { size: Size::Lines(3000), hostile: 1.0, ..Options::default() });
    assert!(truth.malformed > 300 && truth.counted > 300, "{truth:?}");
}

#[test]
fn every_twist_makes_of_a_line_what_it_says() {
    let options = Options::default();
    let oracle = Oracle::new(&options);
    let population = Population::new(&options, &mut Random::new(9)).unwrap();
    let mut random = Random::new(10);
    let fields = |client: &[u8], agent: &[u8], own, bot| LineFields {
        client: client.to_vec(),
        user: b"-".to_vec(),
        time: b"20/Nov/2026:10:05:03 +0000".to_vec(),
        request: b"POST /api/v1/users?page=2 HTTP/1.1".to_vec(),
        status: b"201".to_vec(),
        size: b"57".to_vec(),
        referer: b"https://shop.example.org/".to_vec(),
        agent: agent.to_vec(),
        matched: true,
        own,
        bot,
        ..LineFields::default()
    };
    let mut check = |variation, mut fields: LineFields| {
        let (line, kind) = hostile::apply(variation, &mut fields, &population.target, &mut random);
        let read = oracle.kind(line.strip_suffix(b"\r").unwrap_or(&line)).0;
        let shown = line[..line.len().min(300)].escape_ascii();
        assert_eq!(read, kind, "{variation:?}, {} bytes: {shown}", line.len());
        assert!(!line.contains(&b'\n'), "{variation:?}");
    };
    for variation in hostile::VARIATIONS {
        for (client, own) in [(&b"203.0.113.9"[..], false), (b"2001:db8::f", false), (b"10.9.8.7", true)] {
            for (agent, bot) in [(&b"Mozilla/5.0 (X11)"[..], false), (b"-", true), (b"Twitterbot/1.0", true)]
            {
                for _ in 0..12 {
                    check(variation, fields(client, agent, own, bot));
                }
            }
        }
    }
    for variation in hostile::RARE {
        check(variation, fields(b"203.0.113.9", b"Mozilla/5.0 (X11)", false, false));
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let log = |seed| {
        let mut log = Vec::new();
        let options = Options { seed, size: Size::Lines(1000), hostile: 0.1, ..Options::default() };
        Generator::new(options).unwrap().write(&mut log).unwrap();
        log
    };
    assert_ne!(log(1), log(2));
    assert_eq!(log(1), log(1));
    // On every machine and in every version, until the tables change on purpose.
    assert_eq!(fingerprint(&log(1)), 0xF9E6_173C_EDF2_A0D0);
}

#[test]
fn a_size_in_bytes_is_reached_and_hardly_passed() {
    let (truth, log) = check(Options { size: Size::Bytes(100_000), hostile: 0.0, ..Options::default() });
    assert!((100_000..101_000).contains(&log.len()), "{}", log.len());
    let average = truth.bytes / truth.lines;
    assert!((220..=250).contains(&average), "an average line has {average} bytes");
}

#[test]
fn an_empty_log_has_an_empty_truth() {
    assert_eq!(check(Options { size: Size::Lines(0), ..Options::default() }).0, Truth::default());
    assert_eq!(check(Options { size: Size::Bytes(0), ..Options::default() }).0, Truth::default());
}

#[test]
fn every_shape_has_its_truth() {
    let distinct = |log: &[u8], field: usize| {
        let fields =
            log.split(|&byte| byte == b'\n').filter_map(|line| line.split(|&byte| byte == b'"').nth(field));
        fields.collect::<std::collections::HashSet<_>>().len()
    };
    let options = Options { size: Size::Lines(1000), hostile: 0.0, ..Options::default() };
    let (_, log) = check(Options { shape: Shape::DistinctAgents, ..options.clone() });
    assert_eq!(distinct(&log, 5), 1000);
    let (truth, log) = check(Options { shape: Shape::DistinctPaths, ..options });
    assert!(distinct(&log, 1) as u64 > truth.not_matched, "{truth:?}");
}

#[test]
fn one_giant_line_is_malformed_and_a_smaller_one_is_counted() {
    let options = |bytes| Options { size: Size::Bytes(bytes), shape: Shape::OneLine, ..Options::default() };
    assert_eq!(check(options(1 << 20)).0.counted, 1);
    assert_eq!(check(options((1 << 20) + 1)).0.counted, 1, "the newline does not count");
    let (truth, log) = check(options((1 << 20) + 2));
    assert_eq!((truth.malformed, truth.lines, log.len()), (1, 1, (1 << 20) + 2));
}

#[test]
fn agents_of_the_tables_are_what_their_table_says() {
    let bots = Bots::built_in();
    let agents = |text| render(&table(text), 300, BROWSER_VERSIONS, &mut Random::new(5));
    for agent in agents(BROWSERS) {
        assert_eq!(bots.classify(agent.as_bytes()), None, "{agent}");
    }
    for agent in agents(BOTS) {
        assert!(bots.is_bot(agent.as_bytes()), "{agent}");
    }
}

#[test]
fn a_mapped_client_of_an_own_range_is_own() {
    let mapped: Ipv6Addr = "::ffff:10.1.2.3".parse().unwrap();
    assert!(Oracle::new(&Options::default()).is_own(mapped.to_string().as_bytes()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_truth_holds_for_any_request_range_and_seed(
        seed: u64,
        hostile in 0.0..=1.0,
        method in "[A-Z]{1,7}",
        path in "/[a-zA-Z0-9/._~:@!$&'()*+,;=-]{0,12}",
        own in prop::collection::vec(
            prop_oneof![Just("10.0.0.0/8"), Just("203.0.113.0/24"), Just("fd00::/8"), Just("2001:db8::/32"), Just("128.0.0.0/1")], 0..3),
        start in -1_000_000_000_i64..4_000_000_000,
    ) {
        let own = own.iter().map(|range| range.parse().unwrap()).collect();
        check(Options { seed, hostile, method, path, own, start, size: Size::Lines(200), shape: Shape::Realistic });
    }
}
