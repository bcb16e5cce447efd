//! Where processes listen for TCP connections, read from /proc: a hint for a server that isn't where it should be.

use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::tree::Process;

/// The kernel's number for a socket that listens.
const LISTENS: &str = "0A";

/// The addresses where these processes listen; fewer where the kernel doesn't let us look.
pub(super) fn addresses(processes: &[Process]) -> Vec<SocketAddr> {
    let found: BTreeSet<SocketAddr> = processes.iter().flat_map(|process| of(process.pid)).collect();
    found.into_iter().collect()
}

fn of(pid: u32) -> Vec<SocketAddr> {
    let Ok(descriptors) = fs::read_dir(format!("/proc/{pid}/fd")) else { return Vec::new() };
    let links = descriptors.flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
    let sockets: BTreeSet<String> = links
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let tables = ["tcp", "tcp6"].map(|table| fs::read_to_string(format!("/proc/{pid}/net/{table}")));
    let listening = tables.iter().flatten().flat_map(|table| table.lines()).filter_map(listens);
    listening.filter(|(_, inode)| sockets.contains(*inode)).map(|(address, _)| address).collect()
}

/// The address and the inode of a line of /proc/net/tcp, where it is of a socket that listens.
fn listens(line: &str) -> Option<(SocketAddr, &str)> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let (local, _, state) = (fields.next()?, fields.next()?, fields.next()?);
    let inode = fields.nth(5)?;
    if state == LISTENS { Some((address(local)?, inode)) } else { None }
}

/// An address as the kernel prints it: the bytes of the network, read as numbers of this machine.
fn address(text: &str) -> Option<SocketAddr> {
    let (host, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let mut words = Vec::new();
    for start in (0..host.len()).step_by(8) {
        words.extend(u32::from_str_radix(host.get(start..start + 8)?, 16).ok()?.to_ne_bytes());
    }
    let host: IpAddr = match words.len() {
        4 => Ipv4Addr::from(<[u8; 4]>::try_from(words).ok()?).into(),
        _ => Ipv6Addr::from(<[u8; 16]>::try_from(words).ok()?).into(),
    };
    Some(SocketAddr::new(host.to_canonical(), port))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_listener_is_found_on_both_families() {
        let here = Process { pid: std::process::id(), name: String::new() };
        for host in ["127.0.0.1:0", "[::1]:0"] {
            // A machine without IPv6 has nothing to find there.
            let Ok(listener) = TcpListener::bind(host) else { continue };
            let address = listener.local_addr().unwrap();
            assert!(addresses(std::slice::from_ref(&here)).contains(&address), "{address}");
        }
    }
}
