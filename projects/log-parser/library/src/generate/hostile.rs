//! What the real world does to a log line: escapes, broken clients, attacks, cut lines.
//!
//! Each twist knows what it makes of the line, so nobody has to parse it to tell.

use std::fmt;

use super::Target;
use super::line_fields::{Kind, LineFields};
use super::random::Random;

/// Lines longer than this are malformed.
pub(super) const MAX_LINE: usize = 1 << 20;
/// One hostile line in this many is a huge one: they weigh a megabyte each.
const RARE_EVERY: u32 = 4096;

/// One way to be difficult.
pub(super) struct Twist {
    name: &'static str,
    bend: Bend,
}

impl fmt::Debug for Twist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[derive(Clone, Copy, Debug)]
enum Bend {
    /// The record stays good; the fields say what of.
    Record(fn(&mut LineFields, &Target, &mut Random)),
    /// The fields make no record any more.
    Fields(fn(&mut LineFields)),
    /// The line's bytes make no record any more.
    Bytes(fn(&mut Vec<u8>, &mut Random)),
}

const fn twist(name: &'static str, bend: Bend) -> Twist {
    Twist { name, bend }
}

/// The small ones.
pub(super) const TWISTS: &[Twist] = &[
    twist("blank", Bend::Bytes(|line, _| line.clear())),
    twist("a lone carriage return", Bend::Bytes(|line, _| *line = b"\r".to_vec())),
    twist("cut off", Bend::Bytes(|line, random| line.truncate(1 + random.index(line.len() - 1)))),
    twist("closing quote escaped", Bend::Bytes(|line, _| line.insert(line.len() - 1, b'\\'))),
    twist("common format", Bend::Bytes(|line, _| cut_at_third_quote(line))),
    twist("status of two digits", Bend::Fields(|fields| fields.status = b"20".to_vec())),
    twist("status of four digits", Bend::Fields(|fields| fields.status = b"2000".to_vec())),
    twist("status missing", Bend::Fields(|fields| fields.status = b"-".to_vec())),
    twist("size not a number", Bend::Fields(|fields| fields.size = b"12k".to_vec())),
    twist("two spaces", Bend::Fields(|fields| fields.status.insert(0, b' '))),
    twist(
        "quote in the referer, not escaped",
        Bend::Fields(|fields| fields.referer.extend_from_slice(b"\"x")),
    ),
    twist("no request", Bend::Record(|fields, _, _| no_request(fields, b"-"))),
    twist("empty request", Bend::Record(|fields, _, _| no_request(fields, b""))),
    twist(
        "TLS, escaped",
        Bend::Record(|fields, _, _| no_request(fields, br"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03")),
    ),
    twist(
        "TLS, raw",
        Bend::Record(|fields, _, _| no_request(fields, b"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03")),
    ),
    twist("near miss", Bend::Record(near_miss)),
    twist(
        "spaces in another path",
        Bend::Record(|fields, target, _| {
            ask(
                fields,
                &[target.method.as_bytes(), b" /no such", target.path.as_bytes(), b" here HTTP/1.1"],
                false,
            );
        }),
    ),
    twist(
        "path not UTF-8",
        Bend::Record(|fields, target, _| {
            ask(
                fields,
                &[target.method.as_bytes(), b" ", target.path.as_bytes(), b"\xE9\xFF HTTP/1.1"],
                false,
            );
        }),
    ),
    twist(
        "absolute target",
        Bend::Record(|fields, target, _| {
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
    twist(
        "no protocol",
        Bend::Record(|fields, target, _| {
            ask(fields, &[target.method.as_bytes(), b" ", target.path.as_bytes()], true);
        }),
    ),
    twist(
        "spaces in the query",
        Bend::Record(|fields, target, _| {
            ask(
                fields,
                &[target.method.as_bytes(), b" ", target.path.as_bytes(), b"?q=a b  c HTTP/1.1"],
                true,
            );
        }),
    ),
    twist(
        "quotes in the query",
        Bend::Record(|fields, target, _| {
            let path = target.path.as_bytes();
            ask(fields, &[target.method.as_bytes(), b" ", path, br#"?q=\"GET /\" \\"#, b" HTTP/1.1"], true);
        }),
    ),
    twist(
        "quotes in the referer",
        Bend::Record(|fields, _, _| fields.referer = br#"https://example.com/?q=\"lamp\" \\"#.to_vec()),
    ),
    twist(
        "referer not UTF-8",
        Bend::Record(|fields, _, _| fields.referer = b"https://example.com/caf\xE9".to_vec()),
    ),
    twist("quotes in the agent", Bend::Record(|fields, _, _| lengthen_agent(fields, br#" \"beta\" \\"#))),
    twist(
        "a status in the agent",
        Bend::Record(|fields, _, _| lengthen_agent(fields, br#"\" 200 1 \"-\" \"-"#)),
    ),
    twist(
        "empty agent",
        Bend::Record(|fields, _, _| {
            fields.agent.clear();
            fields.bot = true;
        }),
    ),
    twist("carriage return", Bend::Record(|fields, _, _| fields.tail.push(b'\r'))),
    twist(
        "more fields",
        Bend::Record(|fields, _, _| fields.tail.extend_from_slice(b" 0.042 \"shop.example.org\" -")),
    ),
    twist(
        "user with spaces",
        Bend::Record(|fields, _, _| fields.user = b"Jo \"the lamp\" O[Neil] x".to_vec()),
    ),
    twist(
        "a record in the user",
        Bend::Record(|fields, _, _| fields.user = b"-] \"GET / HTTP/1.1\" 200 1 \"-".to_vec()),
    ),
    twist(
        "client mapped",
        Bend::Record(|fields, _, _| {
            if !fields.client.contains(&b':') {
                fields.client.splice(0..0, *b"::ffff:");
            }
        }),
    ),
    twist("client in capitals", Bend::Record(|fields, _, _| fields.client.make_ascii_uppercase())),
    twist(
        "client a host name",
        Bend::Record(|fields, _, _| {
            fields.client.splice(0..0, *b"host-");
            fields.client.extend_from_slice(b".example.net");
            fields.own = false;
        }),
    ),
];

/// The huge ones.
pub(super) const RARE: &[Twist] = &[
    twist("too long", Bend::Fields(|fields| fields.referer = vec![b'x'; MAX_LINE])),
    twist(
        "as long as a line may be",
        Bend::Record(|fields, _, _| {
            let rest = fields.line().len() - fields.referer.len();
            fields.referer = vec![b'x'; MAX_LINE - rest];
        }),
    ),
];

/// Bends a plain record in some way. Returns the line, without its newline, and what it is counted as.
pub(super) fn bend(mut fields: LineFields, target: &Target, random: &mut Random) -> (Vec<u8>, Kind) {
    let twists = if random.below(RARE_EVERY) == 0 { RARE } else { TWISTS };
    apply(&twists[random.index(twists.len())], &mut fields, target, random)
}

/// Bends a line in one way.
pub(super) fn apply(
    twist: &Twist,
    fields: &mut LineFields,
    target: &Target,
    random: &mut Random,
) -> (Vec<u8>, Kind) {
    match twist.bend {
        Bend::Record(bend) => {
            bend(fields, target, random);
            (fields.line(), fields.kind())
        }
        Bend::Fields(bend) => {
            bend(fields);
            (fields.line(), Kind::Malformed)
        }
        Bend::Bytes(bend) => {
            let mut line = fields.line();
            bend(&mut line, random);
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
