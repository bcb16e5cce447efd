//! Addresses and ranges of them.

use std::net::IpAddr;

use log_parser_acceptance::mutants::Defect;

use crate::Wrong;

/// Several ranges.
pub(crate) struct Ranges {
    ranges: Vec<Range>,
    last_wins: bool,
    skip_bad: bool,
}

/// All addresses that share their first bits with `start`.
struct Range {
    text: String,
    start: IpAddr,
    prefix: u32,
}

impl Ranges {
    /// No range yet.
    pub(crate) fn new(last_wins: bool, skip_bad: bool) -> Self {
        Self { ranges: Vec::new(), last_wins, skip_bad }
    }

    /// Adds a range as the command line has it.
    pub(crate) fn add(&mut self, text: &str, wrong: Wrong) -> Result<(), String> {
        match Range::read(text, wrong) {
            Some(range) => {
                if self.last_wins {
                    self.ranges.clear();
                }
                self.ranges.push(range);
                Ok(())
            }
            None if self.skip_bad => Ok(()),
            None => Err(format!("{text:?} is no address and no range")),
        }
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether this is an address in one of them.
    pub(crate) fn hold(&self, address: &[u8], wrong: Wrong) -> bool {
        let Ok(text) = str::from_utf8(address) else { return false };
        if wrong.is(Defect::OwnByText) && self.ranges.iter().any(|range| range.is_start_of(text)) {
            return true;
        }
        read(text, wrong)
            .is_some_and(|address| self.ranges.iter().any(|range| range.holds(address, text, wrong)))
    }
}

impl Range {
    fn read(text: &str, wrong: Wrong) -> Option<Self> {
        let (start, prefix) = match text.split_once('/') {
            Some((start, prefix)) => (start, Some(prefix)),
            None => (text, None),
        };
        let start = if wrong.is(Defect::ZoneAllowed) { start.split('%').next()? } else { start };
        let address: IpAddr = start.parse().ok()?;
        let bits = bits_of(address);
        let prefix = match prefix {
            Some(prefix) if prefix.bytes().all(|byte| byte.is_ascii_digit()) => prefix.parse().ok()?,
            Some(_) => return None,
            None => bits,
        };
        let too_long = prefix > bits && !(wrong.is(Defect::AnyPrefix) && address.is_ipv6());
        if too_long {
            return None;
        }
        let mapped = address.is_ipv6() && address.to_canonical().is_ipv4() && prefix >= 96;
        if mapped && !wrong.is(Defect::MappedRangeIsIpv6) {
            return Some(Self { text: text.into(), start: address.to_canonical(), prefix: prefix - 96 });
        }
        Some(Self { text: text.into(), start: address, prefix: prefix.min(bits) })
    }

    fn holds(&self, address: IpAddr, text: &str, wrong: Wrong) -> bool {
        if wrong.is(Defect::ZeroPrefixIsAll) && self.prefix == 0 {
            return true;
        }
        if address.is_ipv4() != self.start.is_ipv4() {
            return wrong.is(Defect::FamilyIgnored) && self.holds_bits_of(address);
        }
        if wrong.is(Defect::Ipv6AsText) && address.is_ipv6() && self.prefix > 48 {
            return text == self.text;
        }
        let prefix = match wrong.0 {
            Some(Defect::PrefixByOctets) if address.is_ipv4() => self.prefix / 8 * 8,
            Some(Defect::ZeroPrefixIsWhole) if address.is_ipv6() && self.prefix == 0 => bits_of(address),
            Some(Defect::PrefixByGroups) if address.is_ipv6() => self.prefix / 16 * 16,
            _ => self.prefix,
        };
        let unused = bits_of(address) - prefix;
        let network = |address: IpAddr| number(address).checked_shr(unused).unwrap_or(0);
        if wrong.is(Defect::HostBitsKept) {
            return network(address).checked_shl(unused).unwrap_or(0) == number(self.start);
        }
        if wrong.is(Defect::EdgesNotOwn) && unused > 1 {
            let host = number(address) & ((1 << unused.min(127)) - 1);
            if host == 0 || host == (1 << unused.min(127)) - 1 {
                return false;
            }
        }
        network(address) == network(self.start)
    }

    /// Whether the first bits are the same, of addresses of whatever length.
    fn holds_bits_of(&self, address: IpAddr) -> bool {
        let first =
            |address: IpAddr| (number(address) << (128 - bits_of(address))).checked_shr(128 - self.prefix);
        self.prefix <= bits_of(address) && first(address) == first(self.start)
    }

    /// Whether an address begins with this one, letter by letter.
    fn is_start_of(&self, text: &str) -> bool {
        !self.text.contains('/') && text.starts_with(&self.text)
    }
}

/// Reads an address; `None` for a host name.
pub(crate) fn read(text: &str, wrong: Wrong) -> Option<IpAddr> {
    let text = match wrong.0 {
        Some(Defect::PortAllowed) if text.matches(':').count() == 1 => text.split(':').next()?,
        Some(Defect::HostNameRead) if !text.contains(':') => start_of_name(text),
        _ => text,
    };
    let without_zeros: Vec<String> = text.split('.').map(without_leading_zeros).collect();
    let address: IpAddr = match wrong.0 {
        Some(Defect::LeadingZeros) if !text.contains(':') => without_zeros.join(".").parse().ok()?,
        _ => text.parse().ok()?,
    };
    Some(if wrong.is(Defect::MappedIsIpv6) { address } else { address.to_canonical() })
}

/// The first four labels of a name.
fn start_of_name(name: &str) -> &str {
    name.match_indices('.').nth(3).map_or(name, |(dot, _)| &name[..dot])
}

/// `010` becomes `10`, and `0` remains.
fn without_leading_zeros(octet: &str) -> String {
    octet.parse().map_or_else(|_| octet.to_owned(), |number: u32| number.to_string())
}

fn bits_of(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}
