//! Addresses for servers: free, never given twice at a time, out of reach of outgoing connections.
//!
//! An address is claimed by a name in the kernel's abstract namespace: seen by every proctor on the machine (or in
//! the container, whose ports are its own too), and gone with the process that holds it, however that ends.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::ops::Range;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr as Name, UnixDatagram};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, socket_with, sockopt};

use super::Trial;
use crate::Stop;

/// Number of ports below the ephemeral range that servers get.
const PORTS: u32 = 10_000;
/// Where outgoing connections begin when the kernel doesn't say.
const EPHEMERAL: u32 = 32_768;
/// Maximum number of ports tried for one address.
const MAX_TRIES: u32 = 2_000;

/// An address that belongs to a trial until the trial is over.
#[derive(Debug)]
pub(super) struct Claim {
    address: SocketAddr,
    _name: UnixDatagram,
}

impl Trial<'_> {
    /// A free address of this machine, for this trial alone until it is over. Nothing listens there unless the check
    /// starts something.
    ///
    /// # Errors
    ///
    /// [`Stop::Skipped`] when none is free.
    pub fn address(&self) -> Result<SocketAddr, Stop> {
        let claim = (0..MAX_TRIES).find_map(|_| {
            let address = next();
            let claim = Claim::new(address).ok()?;
            // Not even a connection that has just ended may be in the way of a program that takes no risk.
            is_free(address, false).ok().map(|()| claim)
        });
        let claim = claim.ok_or_else(|| Stop::Skipped("no port is free".to_owned()))?;
        let address = claim.address;
        self.claims.borrow_mut().push(claim);
        Ok(address)
    }

    /// Makes an address the trial's own, where it isn't yet, and sees that nothing listens there.
    pub(super) fn claim(&self, address: SocketAddr) -> Result<(), Stop> {
        let taken = |error: io::Error| Stop::Skipped(format!("{address} is taken: {error}"));
        if !self.claims.borrow().iter().any(|claim| claim.address == address) {
            let claim = Claim::new(address).map_err(taken)?;
            self.claims.borrow_mut().push(claim);
        }
        is_free(address, true).map_err(taken)
    }
}

impl Claim {
    fn new(address: SocketAddr) -> io::Result<Self> {
        let name = Name::from_abstract_name(format!("proctor-port-{}", address.port()))?;
        Ok(Self { address, _name: UnixDatagram::bind_addr(&name)? })
    }
}

/// Whether a server could listen there; one that `reuses` minds only those that still listen.
fn is_free(address: SocketAddr, reuses: bool) -> io::Result<()> {
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    sockopt::set_socket_reuseaddr(&socket, reuses)?;
    // On all addresses: a server may bind these, whatever it was told.
    bind(&socket, &SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, address.port()))?;
    Ok(())
}

/// One after the other from anywhere: a late client of a server that is gone doesn't meet the next one.
fn next() -> SocketAddr {
    static NEXT: OnceLock<AtomicU32> = OnceLock::new();
    static RANGE: OnceLock<Range<u32>> = OnceLock::new();
    let next = NEXT.get_or_init(|| AtomicU32::new(fastrand::u32(..PORTS))).fetch_add(1, Ordering::Relaxed);
    let range = RANGE.get_or_init(|| ports(ephemeral().as_deref()));
    let port = range.start + next % (range.end - range.start).max(1);
    let port = u16::try_from(port).expect("the range ends with the last port");
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

fn ephemeral() -> Option<String> {
    std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").ok()
}

/// The ports below the ephemeral ones, above them where there is no room below, and among them where there is no
/// other.
fn ports(ephemeral: Option<&str>) -> Range<u32> {
    let mut ends = ephemeral.into_iter().flat_map(str::split_ascii_whitespace).map(str::parse::<u32>);
    let (first, last) = match (ends.next(), ends.next()) {
        (Some(Ok(first)), Some(Ok(last))) => (first, last),
        _ => (EPHEMERAL, 60_999),
    };
    if first >= PORTS + 1024 {
        first.min(65_536) - PORTS..first.min(65_536)
    } else if last + 1024 < 65_536 {
        last + 1..65_536
    } else {
        EPHEMERAL - PORTS..EPHEMERAL
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn ports_are_taken_where_no_outgoing_connection_comes_from() {
        assert_eq!(ports(Some("32768\t60999\n")), 22_768..32_768);
        assert_eq!(ports(None), 22_768..32_768);
        assert_eq!(ports(Some("1024\t50000\n")), 50_001..65_536);
        assert_eq!(ports(Some("1024\t65535\n")), 22_768..32_768);
        assert_eq!(ports(Some("99999999\t99999999\n")), 55_536..65_536);
    }

    #[test]
    fn a_claimed_address_is_nobody_elses_until_it_is_given_back() {
        let address = next();
        let claim = Claim::new(address).unwrap();
        assert!(Claim::new(address).is_err());
        drop(claim);
        assert!(Claim::new(address).is_ok());
    }

    #[test]
    fn a_port_with_a_listener_is_not_free() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        assert!(is_free(address, false).is_err() && is_free(address, true).is_err());
        drop(listener);
        assert!(is_free(address, true).is_ok());
    }
}
