//! Addresses as logs write them, and sets of address ranges that answer in a few steps.
//!
//! An IPv4 address mapped into IPv6 (`::ffff:10.0.0.1`) is the IPv4 address, everywhere.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address with the mapped form already undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    /// Four bytes, most significant first.
    V4(u32),
    /// Sixteen bytes, most significant first.
    V6(u128),
}

impl Address {
    /// Reads an address in its strict textual form: no port, zone, brackets or leading zeros.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        parse_v4(text).map(Self::V4).or_else(|| parse_v6(text))
    }
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self::V4(v4.to_bits()),
            IpAddr::V6(v6) => Self::V6(v6.to_bits()),
        }
    }
}

impl From<Address> for IpAddr {
    fn from(address: Address) -> Self {
        match address {
            Address::V4(bits) => Ipv4Addr::from_bits(bits).into(),
            Address::V6(bits) => Ipv6Addr::from_bits(bits).into(),
        }
    }
}

/// Why a text is no CIDR.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CidrError {
    /// The part before the slash is not an address.
    #[error(
        "invalid address or range {text:?}: expected something like 10.0.0.1, 10.0.0.0/8 or 2001:db8::/32"
    )]
    Address {
        /// The whole text.
        text: String,
    },
    /// The part after the slash is not a number.
    #[error("invalid range {text:?}: expected a number of bits after the slash, such as 10.0.0.0/8")]
    Prefix {
        /// The whole text.
        text: String,
    },
    /// More bits than the address has.
    #[error("invalid range {text:?}: the prefix may have at most {max} bits")]
    Range {
        /// The whole text.
        text: String,
        /// How many bits the address has.
        max: u8,
    },
}

/// An inclusive range of addresses of one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    first: Address,
    last: Address,
}

impl Cidr {
    /// Reads `address` or `address/prefix`. Bits past the prefix do not count.
    ///
    /// # Errors
    /// Where the text is neither.
    pub fn parse(text: &str) -> Result<Self, CidrError> {
        let (address, prefix) = match text.split_once('/') {
            None => (text, None),
            Some((address, prefix)) => (address, Some(prefix)),
        };
        let not_an_address = || CidrError::Address { text: text.to_owned() };
        let canonical = Address::parse(address.as_bytes()).ok_or_else(not_an_address)?;
        let max: u8 = if address.contains(':') { 128 } else { 32 };
        let bits = match prefix {
            None => max,
            Some(digits) => parse_prefix(text, digits, max)?,
        };
        Ok(match canonical {
            Address::V4(v4) if max == 32 => Self::v4(v4, bits),
            // A mapped address with its first 96 bits fixed is a range of IPv4.
            Address::V4(v4) if bits >= 96 => Self::v4(v4, bits - 96),
            Address::V4(v4) => Self::v6(Ipv4Addr::from_bits(v4).to_ipv6_mapped().to_bits(), bits),
            Address::V6(v6) => Self::v6(v6, bits),
        })
    }

    fn v4(address: u32, bits: u8) -> Self {
        let host = u32::MAX.checked_shr(u32::from(bits)).unwrap_or(0);
        Self { first: Address::V4(address & !host), last: Address::V4(address | host) }
    }

    fn v6(address: u128, bits: u8) -> Self {
        let host = u128::MAX.checked_shr(u32::from(bits)).unwrap_or(0);
        Self { first: Address::V6(address & !host), last: Address::V6(address | host) }
    }
}

/// A set of address ranges: sorted, merged, searched by halves.
#[derive(Clone, Debug, Default)]
pub struct Ranges {
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
}

impl Ranges {
    /// True where no address can be in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Is the address in one of the ranges?
    #[must_use]
    pub fn contains(&self, address: Address) -> bool {
        self.find(address).is_some()
    }

    /// First and last address of the range that holds this one. Ranges that overlap were joined.
    #[must_use]
    pub fn find(&self, address: Address) -> Option<(Address, Address)> {
        match address {
            Address::V4(bits) => {
                holder(&self.v4, bits).map(|(first, last)| (Address::V4(first), Address::V4(last)))
            }
            Address::V6(bits) => {
                holder(&self.v6, bits).map(|(first, last)| (Address::V6(first), Address::V6(last)))
            }
        }
    }
}

impl FromIterator<Cidr> for Ranges {
    fn from_iter<I: IntoIterator<Item = Cidr>>(cidrs: I) -> Self {
        let mut ranges = Self::default();
        for cidr in cidrs {
            match (cidr.first, cidr.last) {
                (Address::V4(first), Address::V4(last)) => ranges.v4.push((first, last)),
                (Address::V6(first), Address::V6(last)) => ranges.v6.push((first, last)),
                _ => unreachable!("both ends of a CIDR are of one family"),
            }
        }
        merge(&mut ranges.v4);
        merge(&mut ranges.v6);
        ranges
    }
}

/// Sorts, and joins ranges that overlap, so that the starts and the ends rise together.
fn merge<T: Ord + Copy>(ranges: &mut Vec<(T, T)>) {
    ranges.sort_unstable();
    ranges.dedup_by(|next, kept| {
        let overlap = next.0 <= kept.1;
        if overlap {
            kept.1 = kept.1.max(next.1);
        }
        overlap
    });
}

fn holder<T: Ord + Copy>(ranges: &[(T, T)], value: T) -> Option<(T, T)> {
    let after = ranges.partition_point(|range| range.0 <= value);
    let range = ranges[after.checked_sub(1)?];
    (value <= range.1).then_some(range)
}

fn parse_prefix(text: &str, digits: &str, max: u8) -> Result<u8, CidrError> {
    // A sign would get past `parse`.
    let number = digits.bytes().all(|byte| byte.is_ascii_digit());
    if digits.is_empty() || !number {
        return Err(CidrError::Prefix { text: text.to_owned() });
    }
    let out_of_range = || CidrError::Range { text: text.to_owned(), max };
    let bits: u8 = digits.parse().map_err(|_| out_of_range())?;
    if bits > max { Err(out_of_range()) } else { Ok(bits) }
}

fn parse_v4(text: &[u8]) -> Option<u32> {
    let mut address = 0u32;
    let mut octet: Option<u32> = None;
    let mut dots = 0;
    for &byte in text {
        match byte {
            b'.' => {
                address = (address << 8) | octet.take()?;
                dots += 1;
            }
            b'0'..=b'9' => {
                let value = match octet {
                    None => 0,
                    Some(0) => return None,
                    Some(value) => value * 10,
                } + u32::from(byte - b'0');
                if value > 255 {
                    return None;
                }
                octet = Some(value);
            }
            _ => return None,
        }
    }
    if dots == 3 { Some((address << 8) | octet?) } else { None }
}

fn parse_v6(text: &[u8]) -> Option<Address> {
    // Host names are sorted out before the parser looks at them.
    if !text.contains(&b':') {
        return None;
    }
    let address: Ipv6Addr = std::str::from_utf8(text).ok()?.parse().ok()?;
    Some(IpAddr::V6(address).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(cidr: &str, inside: &[&str], outside: &[&str]) {
        let ranges: Ranges = [Cidr::parse(cidr).unwrap()].into_iter().collect();
        for (texts, expected) in [(inside, true), (outside, false)] {
            for text in texts {
                let address = Address::parse(text.as_bytes()).unwrap();
                assert_eq!(ranges.contains(address), expected, "{text} in {cidr}");
            }
        }
    }

    #[test]
    fn ranges_hold_what_their_prefix_says() {
        check(
            "10.1.2.3/8",
            &["10.0.0.0", "10.255.255.255", "::ffff:10.9.9.9"],
            &["11.0.0.0", "9.255.255.255"],
        );
        check("192.0.2.7", &["192.0.2.7"], &["192.0.2.6", "192.0.2.8", "192.0.2.70"]);
        check("0.0.0.0/0", &["0.0.0.0", "255.255.255.255"], &["::1"]);
        check("2001:db8::/32", &["2001:db8::1", "2001:db8:ffff::"], &["2001:db9::", "32.1.13.184"]);
        check("::ffff:10.0.0.0/104", &["10.0.0.0", "10.255.255.255"], &["11.0.0.0", "::1"]);
        check("::ffff:10.0.0.1", &["10.0.0.1"], &["10.0.0.2"]);
        check("::/0", &["2001:db8::1"], &["10.0.0.1", "::ffff:10.0.0.1"]);
    }

    #[test]
    fn overlapping_ranges_are_one() {
        let cidrs = ["10.0.0.0/8", "10.2.0.0/16", "9.0.0.0/8", "10.0.0.0/24", "192.0.2.0/24"];
        let ranges: Ranges = cidrs.iter().map(|cidr| Cidr::parse(cidr).unwrap()).collect();
        for (text, expected) in
            [("10.200.0.1", true), ("9.1.1.1", true), ("11.0.0.0", false), ("192.0.2.255", true)]
        {
            assert_eq!(ranges.contains(Address::parse(text.as_bytes()).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_cidr() {
        for text in [
            "",
            "/8",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0/8",
            "::1/129",
            "a.example/8",
            "10.0.0.0/+8",
            "10.0.0.0/8/8",
            " 10.0.0.1",
            "10.0.0.0/999",
        ] {
            assert!(Cidr::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn refuses_what_is_no_strict_address() {
        for text in [
            "",
            "1.2.3",
            "1.2.3.4.5",
            "01.2.3.4",
            "1.2.3.256",
            "1..2.3",
            "1.2.3.",
            "[::1]",
            "::1%eth0",
            "1.2.3.4:80",
            "-",
        ] {
            assert_eq!(Address::parse(text.as_bytes()), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn four_bytes_read_as_the_standard_library_reads_them(text in "[0-9.]{0,16}|[0-9]{1,3}(\\.[0-9]{1,3}){3}") {
            let expected = text.parse::<Ipv4Addr>().ok().map(|v4| v4.to_bits());
            prop_assert_eq!(parse_v4(text.as_bytes()), expected);
        }

        #[test]
        fn a_set_answers_as_its_ranges_one_by_one(
            cidrs in proptest::collection::vec((any::<u32>(), 4u8..=32), 1..8), addresses in proptest::collection::vec(any::<u32>(), 16),
        ) {
            let parsed: Vec<Cidr> = cidrs.iter().map(|&(address, bits)| Cidr::v4(address, bits)).collect();
            let ranges: Ranges = parsed.iter().copied().collect();
            for address in addresses.into_iter().chain(cidrs.iter().map(|cidr| cidr.0)).map(Address::V4) {
                let alone = parsed.iter().any(|cidr| cidr.first <= address && address <= cidr.last);
                prop_assert_eq!(ranges.contains(address), alone);
            }
        }
    }
}
