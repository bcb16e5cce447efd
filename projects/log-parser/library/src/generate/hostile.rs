//! What the real world does to a log line: escapes, broken clients, attacks, cut lines.
//!
//! Each variation knows what it makes of the line, so nobody has to parse it to tell.

use std::fmt;

use super::Target;
use super::line_fields::{Kind, LineFields};
use super::random::Random;

/// Lines longer than this are malformed.
pub(super) const MAX_LINE: usize = 1 << 20;
/// One hostile line in this many is a huge one: they weigh a megabyte each.
const RARE_EVERY: u32 = 4096;

/// One way to be difficult.
pub(super) struct Variation {
    name: &'static str,
    edit: Edit,
}

impl fmt::Debug for Variation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[derive(Clone, Copy, Debug)]
enum Edit {
    /// The record stays good; the fields say what of.
    Record(fn(&mut LineFields, &Target, &mut Random)),
    /// The fields make no record any more.
    Fields(fn(&mut LineFields)),
    /// The line's bytes make no record any more.
    Bytes(fn(&mut Vec<u8>, &mut Random)),
}

const fn variation(name: &'static str, edit: Edit) -> Variation {
    Variation { name, edit }
}

/// The small ones.
pub(super) const VARIATIONS: &[Variation] = &[
    variation("blank", Edit::Bytes(|line, _| line.clear())),
    variation("a lone carriage return", Edit::Bytes(|line, _| *line = b"\r".to_vec())),
    variation("cut off", Edit::Bytes(|line, random| line.truncate(1 + random.index(line.len() - 1)))),
    variation("closing quote escaped", Edit::Bytes(|line, _| line.insert(line.len() - 1, b'\\'))),
    variation("common format", Edit::Bytes(|line, _| cut_at_third_quote(line))),
    variation("status of two digits", Edit::Fields(|fields| fields.status = b"20".to_vec())),
    variation("status of four digits", Edit::Fields(|fields| fields.status = b"2000".to_vec())),
    variation("status missing", Edit::Fields(|fields| fields.status = b"-".to_vec())),
    variation("size not a number", Edit::Fields(|fields| fields.size = b"12k".to_vec())),
    variation("two spaces", Edit::Fields(|fields| fields.status.insert(0, b' '))),
    variation(
        "quote in the referer, not escaped",
        Edit::Fields(|fields| fields.referer.extend_from_slice(b"\"x")),
    ),
    variation("no request", Edit::Record(|fields, _, _| no_request(fields, b"-"))),
    variation("empty request", Edit::Record(|fields, _, _| no_request(fields, b""))),
    variation(
        "TLS, escaped",
        Edit::Record(|fields, _, _| no_request(fields, br"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03")),
    ),
    variation(
        "TLS, raw",
        Edit::Record(|fields, _, _| no_request(fields, b"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03")),
    ),
    variation("near miss", Edit::Record(near_miss)),
    variation(
        "spaces in another path",
        Edit::Record(|fields, target, _| {
            ask(
                fields,
                &[target.method.as_bytes(), b" /no such", target.path.as_bytes(), b" here HTTP/1.1"],
                false,
            );
        }),
    ),
    variation(
        "path not UTF-8",
        Edit::Record(|fields, target, _| {
            ask(
                fields,
                &[target.method.as_bytes(), b" ", target.path.as_bytes(), b"\xE9\xFF HTTP/1.1"],
                false,
            );
        }),
    ),
    variation(
        "absolute target",
        Edit::Record(|fields, target, _| {
            ask(
                fields,
                &[
                    target.method.as_bytes(),
                    b" hTTp://shop.example.org:8080",
                    target.path.as_bytes(),
                    b" HTTP/1.1",
                ],
                true,
            );
        }),
    ),
    variation(
        "no protocol",
        Edit::Record(|fields, target, _| {
            ask(fields, &[target.method.as_bytes(), b" ", target.path.as_bytes()], true);
        }),
    ),
    variation(
        "spaces in the query",
        Edit::Record(|fields, target, _| {
            ask(
                fields,
                &[target.method.as_bytes(), b" ", target.path.as_bytes(), b"?q=a b  c HTTP/1.1"],
                true,
            );
        }),
    ),
    variation(
        "quotes in the query",
        Edit::Record(|fields, target, _| {
            let path = target.path.as_bytes();
            ask(fields, &[target.method.as_bytes(), b" ", path, br#"?q=\"GET /\" \\"#, b" HTTP/1.1"], true);
        }),
    ),
    variation(
        "quotes in the referer",
        Edit::Record(|fields, _, _| fields.referer = br#"https://example.com/?q=\"lamp\" \\"#.to_vec()),
    ),
    variation(
        "referer not UTF-8",
        Edit::Record(|fields, _, _| fields.referer = b"https://example.com/caf\xE9".to_vec()),
    ),
    variation("quotes in the agent", Edit::Record(|fields, _, _| lengthen_agent(fields, br#" \"beta\" \\"#))),
    variation(
        "a status in the agent",
        Edit::Record(|fields, _, _| lengthen_agent(fields, br#"\" 200 1 \"-\" \"-"#)),
    ),
    variation(
        "empty agent",
        Edit::Record(|fields, _, _| {
            fields.agent.clear();
            fields.bot = true;
        }),
    ),
    variation("carriage return", Edit::Record(|fields, _, _| fields.tail.push(b'\r'))),
    variation(
        "more fields",
        Edit::Record(|fields, _, _| fields.tail.extend_from_slice(b" 0.042 \"shop.example.org\" -")),
    ),
    variation(
        "user with spaces",
        Edit::Record(|fields, _, _| fields.user = b"Jo \"the lamp\" O[Neil] x".to_vec()),
    ),
    variation(
        "a record in the user",
        Edit::Record(|fields, _, _| fields.user = b"-] \"GET / HTTP/1.1\" 200 1 \"-".to_vec()),
    ),
    variation(
        "client mapped",
        Edit::Record(|fields, _, _| {
            if !fields.client.contains(&b':') {
                fields.client.splice(0..0, *b"::ffff:");
            }
        }),
    ),
    variation("client in capitals", Edit::Record(|fields, _, _| fields.client.make_ascii_uppercase())),
    variation(
        "client a host name",
        Edit::Record(|fields, _, _| {
            fields.client.splice(0..0, *b"host-");
            fields.client.extend_from_slice(b".example.net");
            fields.own = false;
        }),
    ),
];

/// The huge ones.
pub(super) const RARE: &[Variation] = &[
    variation("too long", Edit::Fields(|fields| fields.referer = vec![b'x'; MAX_LINE])),
    variation(
        "as long as a line may be",
        Edit::Record(|fields, _, _| {
            let rest = fields.line().len() - fields.referer.len();
            fields.referer = vec![b'x'; MAX_LINE - rest];
        }),
    ),
];

/// Changes a plain record in some way. Returns the line, without its newline, and what it is counted as.
pub(super) fn edit(mut fields: LineFields, target: &Target, random: &mut Random) -> (Vec<u8>, Kind) {
    let variations = if random.below(RARE_EVERY) == 0 { RARE } else { VARIATIONS };
    apply(&variations[random.index(variations.len())], &mut fields, target, random)
}

/// Changes a line in one way.
pub(super) fn apply(
    variation: &Variation,
    fields: &mut LineFields,
    target: &Target,
    random: &mut Random,
) -> (Vec<u8>, Kind) {
    match variation.edit {
        Edit::Record(edit) => {
            edit(fields, target, random);
            (fields.line(), fields.kind())
        }
        Edit::Fields(edit) => {
            edit(fields);
            (fields.line(), Kind::Malformed)
        }
        Edit::Bytes(edit) => {
            let mut line = fields.line();
            edit(&mut line, random);
            (line, Kind::Malformed)
        }
    }
}

fn ask(fields: &mut LineFields, request: &[&[u8]], matched: bool) {
    fields.request = request.concat();
    fields.matched = matched;
}

fn no_request(fields: &mut LineFields, bytes: &[u8]) {
    ask(fields, &[bytes], false);
    fields.status = b"400".to_vec();
}

/// An agent of `-` would become a word, and no bot any more.
fn lengthen_agent(fields: &mut LineFields, bytes: &[u8]) {
    if fields.agent == b"-" {
        fields.agent = b"curl/8.16.0".to_vec();
    }
    fields.agent.extend_from_slice(bytes);
}

fn cut_at_third_quote(line: &mut Vec<u8>) {
    let third = line.iter().enumerate().filter(|&(_, &byte)| byte == b'"').nth(2);
    line.truncate(third.map_or(0, |(at, _)| at.saturating_sub(1)));
}

/// A request that a careless comparison would count.
fn near_miss(fields: &mut LineFields, target: &Target, random: &mut Random) {
    let Target { method, path } = target;
    let misses = [
        format!("{} {path}", if method == "HEAD" { "GET" } else { "HEAD" }),
        format!("X{method} {path}"),
        format!("{method} {path}/"),
        format!("{method} {path}s?{path}"),
        format!("{method} /{path}"),
        format!("{method} /v0{path}"),
        format!("{method} {path}%3Fpage=2"),
        format!("{method} {path}~?next={path}&{method} {path}"),
        format!("{method} {path}#top"),
        format!("{method} {path} {path}"),
    ];
    ask(fields, &[misses[random.index(misses.len())].as_bytes(), b" HTTP/1.1"], false);
}
