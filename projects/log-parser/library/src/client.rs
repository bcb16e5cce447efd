//! Whose request it was: the client behind the proxies that are trusted.

use crate::net::{Address, Ranges};
use crate::record::Record;

/// The client of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client<'r> {
    /// As the log writes it.
    pub text: &'r [u8],
    /// `None` for a host name.
    pub address: Option<Address>,
}

impl<'r> Client<'r> {
    fn new(text: &'r [u8]) -> Self {
        Self { text, address: Address::parse(text) }
    }

    /// Walks `X-Forwarded-For` from the right for as long as the addresses are trusted proxies.
    ///
    /// An entry that is no address ends the walk at the last good one; where all are trusted, the
    /// leftmost is the client.
    #[must_use]
    pub fn of(record: &'r Record<'_>, trusted: &Ranges) -> Self {
        let mut client = Self::new(&record.client);
        let Some(forwarded) = record.forwarded.as_deref() else { return client };
        if trusted.is_empty() || !client.is_in(trusted) {
            return client;
        }
        for entry in forwarded.rsplit(|&byte| byte == b',') {
            let hop = Self::new(trim(entry));
            if hop.address.is_none() {
                break;
            }
            client = hop;
            if !client.is_in(trusted) {
                break;
            }
        }
        client
    }

    /// Is the client's address in one of the ranges? A host name never is.
    #[must_use]
    pub fn is_in(&self, ranges: &Ranges) -> bool {
        self.address.is_some_and(|address| ranges.contains(address))
    }
}

/// Without the spaces and tabs around it.
fn trim(mut entry: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = entry {
        entry = rest;
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Cidr;

    #[track_caller]
    fn check(peer: &str, forwarded: Option<&str>, expected: &str) {
        let trusted: Ranges =
            ["10.0.0.0/8", "fd00::/8"].iter().map(|cidr| Cidr::parse(cidr).unwrap()).collect();
        let record = Record {
            client: peer.as_bytes().into(),
            forwarded: forwarded.map(|text| text.as_bytes().into()),
            ..Record::default()
        };
        let client = Client::of(&record, &trusted);
        assert_eq!(String::from_utf8_lossy(client.text), expected);
    }

    #[test]
    fn walks_from_the_right_through_trusted_proxies() {
        check("10.0.0.1", Some("203.0.113.9"), "203.0.113.9");
        check("10.0.0.1", Some("198.51.100.1, 203.0.113.9, 10.0.0.2"), "203.0.113.9");
        check("fd00::1", Some("203.0.113.9,\t10.0.0.3 "), "203.0.113.9");
        check("::ffff:10.0.0.1", Some("203.0.113.9"), "203.0.113.9");
    }

    #[test]
    fn takes_the_leftmost_where_all_are_trusted() {
        check("10.0.0.1", Some("10.0.0.9, 10.0.0.2"), "10.0.0.9");
    }

    #[test]
    fn ignores_the_header_of_a_peer_that_is_not_trusted() {
        check("203.0.113.1", Some("198.51.100.1"), "203.0.113.1");
        check("proxy.example", Some("198.51.100.1"), "proxy.example");
        check("10.0.0.1", None, "10.0.0.1");
    }

    #[test]
    fn stops_at_an_entry_that_is_no_address() {
        check("10.0.0.1", Some("198.51.100.1, unknown, 10.0.0.2"), "10.0.0.2");
        check("10.0.0.1", Some("-"), "10.0.0.1");
        check("10.0.0.1", Some("198.51.100.1, , 10.0.0.2"), "10.0.0.2");
        check("10.0.0.1", Some("198.51.100.1:4711"), "10.0.0.1");
        check("10.0.0.1", Some(""), "10.0.0.1");
    }

    #[test]
    fn trusts_nobody_unless_told() {
        let record = Record {
            client: b"10.0.0.1"[..].into(),
            forwarded: Some(b"203.0.113.9"[..].into()),
            ..Record::default()
        };
        assert_eq!(Client::of(&record, &Ranges::default()).text, b"10.0.0.1");
    }
}
