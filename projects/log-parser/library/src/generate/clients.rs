//! Addresses: some inside the own ranges, the others outside all of them, by construction.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::OptionsError;
use super::pool::Pool;
use super::random::Random;

const OWN: usize = 64;
const FOREIGN: usize = 20_000;
/// One foreign client in this many has an IPv6 address.
const IPV6_EVERY: usize = 6;
/// How often an address may fall into an own range before the ranges are held to cover everything.
const MAX_TRIES: usize = 10_000;

/// Who asks.
#[derive(Debug)]
pub(super) struct Clients {
    /// Nobody, when there are no own ranges.
    pub(super) own: Option<Pool>,
    pub(super) foreign: Pool,
}

impl Clients {
    /// Draws the addresses.
    pub(super) fn new(ranges: &[IpNet], random: &mut Random) -> Result<Self, OptionsError> {
        let ranges: Vec<IpNet> = ranges.iter().copied().map(unmapped).collect();
        let own: Vec<String> =
            ranges.iter().cycle().take(OWN).map(|&range| inside(range, random).to_string()).collect();
        let mut foreign = Vec::with_capacity(FOREIGN);
        for number in 0..FOREIGN {
            foreign.push(outside(&ranges, number % IPV6_EVERY == IPV6_EVERY - 1, random)?.to_string());
        }
        Ok(Self { own: (!own.is_empty()).then(|| Pool::even(&own)), foreign: Pool::zipf(&foreign) })
    }
}

/// A range of IPv4 addresses that is written as IPv6 (`::ffff:10.0.0.0/104`) means IPv4.
fn unmapped(range: IpNet) -> IpNet {
    let IpNet::V6(v6) = range else { return range };
    let v4 = v6.network().to_ipv4_mapped().zip(v6.prefix_len().checked_sub(96));
    v4.and_then(|(address, prefix)| IpNet::new(address.into(), prefix).ok()).unwrap_or(range)
}

fn inside(range: IpNet, random: &mut Random) -> IpAddr {
    match range {
        IpNet::V4(range) => {
            let bits = random.below(u32::MAX) & u32::from(range.hostmask());
            Ipv4Addr::from(u32::from(range.network()) | bits).into()
        }
        IpNet::V6(range) => {
            let bits = wide(random) & u128::from(range.hostmask());
            Ipv6Addr::from(u128::from(range.network()) | bits).into()
        }
    }
}

fn outside(ranges: &[IpNet], v6: bool, random: &mut Random) -> Result<IpAddr, OptionsError> {
    for _ in 0..MAX_TRIES {
        let address = if v6 { public_v6(random).into() } else { public_v4(random).into() };
        if !ranges.iter().any(|range| range.contains(&address)) {
            return Ok(address);
        }
    }
    Err(OptionsError::OwnEverywhere)
}

/// An address from where the public ones are: 1.0.0.0 to 223.255.255.255, private ranges aside.
fn public_v4(random: &mut Random) -> Ipv4Addr {
    loop {
        let address = Ipv4Addr::from(0x0100_0000 + random.below(0xDF00_0000));
        if !(address.is_private() || address.is_loopback() || address.is_link_local()) {
            return address;
        }
    }
}

/// An address from 2000::/3, where the public ones are.
fn public_v6(random: &mut Random) -> Ipv6Addr {
    Ipv6Addr::from((wide(random) >> 3) | (1 << 125))
}

fn wide(random: &mut Random) -> u128 {
    (u128::from(random.next()) << 64) | u128::from(random.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(texts: &[&str]) -> Vec<IpNet> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[track_caller]
    fn check(texts: &[&str]) {
        let ranges = ranges(texts);
        let clients = Clients::new(&ranges, &mut Random::new(3)).unwrap();
        let is_own = |text: &[u8]| {
            let address: IpAddr = str::from_utf8(text).unwrap().parse().unwrap();
            ranges.iter().any(|range| range.contains(&address))
        };
        assert!((0..=u16::MAX).all(|draw| !is_own(clients.foreign.pick(draw))));
        assert!((0..=u16::MAX).all(|draw| is_own(clients.own.as_ref().unwrap().pick(draw))));
    }

    #[test]
    fn own_clients_lie_inside_the_ranges_and_foreign_ones_outside() {
        check(&["10.0.0.0/8", "192.168.0.0/16", "fd00::/8"]);
        check(&["0.0.0.0/1", "2000::/4"]);
        check(&["203.0.113.7/32"]);
    }

    #[test]
    fn without_own_ranges_nobody_is_own() {
        assert!(Clients::new(&[], &mut Random::new(3)).unwrap().own.is_none());
    }

    #[test]
    fn ranges_that_cover_everything_are_refused() {
        let refused = |texts: &[&str]| Clients::new(&ranges(texts), &mut Random::new(3)).is_err();
        assert!(refused(&["0.0.0.0/0"]));
        assert!(refused(&["::/0"]));
        assert!(refused(&["::ffff:0.0.0.0/96"]));
    }

    #[test]
    fn a_mapped_range_is_a_range_of_ipv4() {
        assert_eq!(unmapped("::ffff:10.0.0.0/104".parse().unwrap()), "10.0.0.0/8".parse::<IpNet>().unwrap());
        assert_eq!(unmapped("::/0".parse().unwrap()), "::/0".parse::<IpNet>().unwrap());
    }
}
