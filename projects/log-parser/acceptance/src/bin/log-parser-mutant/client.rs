//! The client of a request: peer, or forwarded address.

use log_parser_acceptance::mutants::Defect;

use crate::Wrong;
use crate::address;
use crate::question::Question;
use crate::record::{Record, last_quoted};

/// Whether a record comes from one of our own servers.
pub(crate) fn is_own(record: &Record<'_>, question: &Question, wrong: Wrong) -> bool {
    let client = client(record, question, wrong);
    let kept =
        wrong.is(Defect::ForwardedMappedKept) && client != record.client && client.starts_with(b"::ffff:");
    !kept && question.own.hold(client, wrong)
}

/// The client's address or host name.
fn client<'a>(record: &Record<'a>, question: &Question, wrong: Wrong) -> &'a [u8] {
    let peer = record.client;
    let trusted = |address: &[u8]| question.proxies.hold(address, wrong);
    let believed = trusted(peer) || (wrong.is(Defect::AnyoneForwards) && !question.proxies.is_empty());
    let Some(forwarded) = last_quoted(record.rest, wrong).filter(|_| believed) else { return peer };
    let mut client = peer;
    let mut stranger = None;
    for entry in forwarded.rsplit(|&byte| byte == b',') {
        let entry = trim(entry);
        if !is_address(entry, wrong) {
            match wrong.0 {
                Some(Defect::BadEntrySkipped) => continue,
                Some(Defect::BadEntryIsClient) => return entry,
                _ => return stranger.unwrap_or(client),
            }
        }
        client = entry;
        if !trusted(entry) {
            stranger = Some(entry);
            if !wrong.is(Defect::LeftmostUntrusted) {
                return entry;
            }
        }
    }
    if wrong.is(Defect::AllTrustedIsPeer) { peer } else { stranger.unwrap_or(client) }
}

fn is_address(entry: &[u8], wrong: Wrong) -> bool {
    str::from_utf8(entry).is_ok_and(|text| address::read(text, wrong).is_some())
}

/// Without spaces and tabs around it.
fn trim(entry: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = entry.iter().position(|byte| !is_blank(byte)).unwrap_or(entry.len());
    let end = entry.iter().rposition(|byte| !is_blank(byte)).map_or(start, |last| last + 1);
    &entry[start..end]
}
