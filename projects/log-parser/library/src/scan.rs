//! The fast way through combined logs: lines that look as nearly all do are checked where they lie.
//!
//! A line is *plain* when its first six unescaped quotes and a few bytes around them prove that the
//! exact parser ([`Combined`](crate::format::Combined)) would accept it, and with which fields. Every
//! other line goes to that parser; a property test holds the two together.

use std::borrow::Cow;

use crate::format::MAX_LINE;
use crate::record::{Record, Request, Time};
use crate::simd::{Index, Kernel};

/// How much is indexed before its lines are visited: the index then stays in the nearest cache.
const WINDOW: usize = 16 * 1024;

/// An unfinished line with more structural bytes than this is not plain.
const MANY: usize = 256;

/// `[17/May/2015:10:05:03 +0000]`
const TIME: usize = 26;

/// Receives the lines of a log in order.
pub(crate) trait Visitor {
    /// A line that is proved to be good.
    fn plain(&mut self, line: &Plain<'_>);

    /// Any other line, without its ending.
    fn other(&mut self, line: &[u8]);
}

/// A good line of a combined log. Positions count from the start of `data`.
#[derive(Debug)]
pub(crate) struct Plain<'d> {
    pub(crate) data: &'d [u8],
    start: usize,
    end: usize,
    client_end: usize,
    /// From the quote that opens the request to the one that closes the agent.
    quotes: [usize; 6],
}

impl<'d> Plain<'d> {
    /// Where the request begins in `data`.
    #[inline]
    pub(crate) fn request(&self) -> usize {
        self.quotes[0] + 1
    }

    /// The whole line, without its ending.
    pub(crate) fn line(&self) -> &'d [u8] {
        &self.data[self.start..self.end]
    }

    /// The fields; `None` where something follows the agent, which only the exact parser reads.
    pub(crate) fn record(&self) -> Option<Record<'d>> {
        let [request, request_end, referer, referer_end, agent, agent_end] = self.quotes;
        if agent_end + 1 != self.end {
            return None;
        }
        let bracket = request - TIME - 3;
        let identity = &self.data[self.client_end + 1..bracket - 1];
        let user = &identity[memchr::memchr(b' ', identity)? + 1..];
        let status = &self.data[request_end + 2..request_end + 5];
        let size = &self.data[request_end + 6..referer - 1];
        Some(Record {
            client: Cow::Borrowed(&self.data[self.start..self.client_end]),
            user: given(user),
            time: Time::Clf(Cow::Borrowed(&self.data[bracket + 1..bracket + 1 + TIME])),
            request: Request::Line(Cow::Borrowed(&self.data[request + 1..request_end])),
            status: Some(status.iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'))),
            bytes: (size != b"-")
                .then(|| size.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))),
            referer: given(&self.data[referer + 1..referer_end]),
            agent: Some(Cow::Borrowed(&self.data[agent + 1..agent_end])),
            ..Record::default()
        })
    }
}

fn given(value: &[u8]) -> Option<Cow<'_, [u8]>> {
    (!matches!(value, b"" | b"-")).then_some(Cow::Borrowed(value))
}

/// Walks over blocks of lines.
#[derive(Debug)]
pub(crate) struct Scanner {
    kernel: Kernel,
    index: Index,
}

impl Scanner {
    pub(crate) fn new(kernel: Kernel) -> Self {
        Self { kernel, index: Index::default() }
    }

    /// Visits each line of `data` that ends in a newline. Returns how many bytes those lines take.
    pub(crate) fn lines(&mut self, data: &[u8], visitor: &mut impl Visitor) -> usize {
        self.index.clear();
        let mut start = 0;
        // The unfinished line has too many structural bytes to keep: look for its end only.
        let mut crowded = false;
        for at in (0..data.len()).step_by(WINDOW) {
            let window = &data[at..data.len().min(at + WINDOW)];
            let base = u32::try_from(at).expect("a block is far smaller than 4 GiB");
            self.kernel.index(window, base, &mut self.index);
            let entries = self.index.entries();
            let mut next = 0;
            while let Some(length) = line_length(data, &entries[next..]) {
                let line = &entries[next..next + length];
                let newline = line[length - 1] as usize;
                match plain(data, start, line).filter(|_| !crowded) {
                    Some(line) => visitor.plain(&line),
                    None => visitor.other(without_ending(&data[start..=newline])),
                }
                crowded = false;
                start = newline + 1;
                next += length;
            }
            if entries.len() - next > MANY {
                crowded = true;
                next = entries.len();
            }
            self.index.consume(next);
        }
        start
    }
}

/// A line without its newline, and without a carriage return before that.
pub(crate) fn without_ending(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// How many entries the first line takes, its newline the last; `None` while it has no end.
#[inline]
fn line_length(data: &[u8], entries: &[u32]) -> Option<usize> {
    let is_newline = |entry: &u32| data.get(*entry as usize) == Some(&b'\n');
    // Six quotes and a newline: if it is not this line's newline, the checks of `plain` fail.
    match entries.get(..7) {
        Some(line) if is_newline(&line[6]) && !line[..6].iter().any(is_newline) => Some(7),
        _ => Some(entries.iter().position(is_newline)? + 1),
    }
}

/// Proves that a line is good, or gives up.
#[inline]
fn plain<'d>(data: &'d [u8], start: usize, entries: &[u32]) -> Option<Plain<'d>> {
    let (&newline, quotes) = entries.split_last()?;
    let newline = newline as usize;
    let quotes: [usize; 6] = quotes.first_chunk::<6>()?.map(|at| at as usize);
    let end = newline - usize::from(data.get(newline.checked_sub(1)?)? == &b'\r');
    let client_end = prefix(data, start, quotes[0])?;
    let good = after_request(data, quotes[1], quotes[2])
        && quotes[4] == quotes[3] + 2
        && data.get(quotes[3] + 1) == Some(&b' ')
        // A carriage return as the last byte before the newline cannot be one of the six.
        && end - start <= MAX_LINE;
    good.then_some(Plain { data, start, end, client_end, quotes })
}

/// Checks `client identity user [time] "`, and returns where the client ends.
#[inline]
fn prefix(data: &[u8], start: usize, quote: usize) -> Option<usize> {
    let bracket = quote.checked_sub(TIME + 3)?;
    if load::<2>(data, quote - 2)? != *b"] " || load::<2>(data, bracket.checked_sub(1)?)? != *b" [" {
        return None;
    }
    let time = [0, 8, 16, 18].map(|at| load::<8>(data, bracket + 1 + at).map(u64::from_le_bytes));
    if time.into_iter().any(|word| word.is_none_or(|word| has_byte(word, b']'))) {
        return None;
    }
    // The usual ` - - [`; the client then is what lies before it.
    let client_end = bracket.checked_sub(5)?;
    if load::<4>(data, client_end)? == *b" - -" && client_end > start && client_end - start <= 16 {
        if let Some(word) = client_end.checked_sub(16).and_then(|at| load::<16>(data, at)) {
            let spaces = u128::from_le_bytes(word) >> ((16 - (client_end - start)) * 8);
            let (low, high) = halves(spaces);
            if !has_byte(low, b' ') && !has_byte(high, b' ') {
                return Some(client_end);
            }
        }
    }
    odd_prefix(data.get(start..bracket - 1)?).map(|length| start + length)
}

/// The length of the client in `client identity user`, for what is not the usual form.
#[cold]
fn odd_prefix(prefix: &[u8]) -> Option<usize> {
    let client = memchr::memchr(b' ', prefix)?;
    let rest = &prefix[client + 1..];
    let identity = memchr::memchr(b' ', rest)?;
    let user = &rest[identity + 1..];
    // A bracket in the user may be where the time begins: let the exact parser see.
    let good = client > 0 && identity > 0 && !user.is_empty() && memchr::memchr(b'[', user).is_none();
    good.then_some(client)
}

/// Checks `" 200 512 "` from the quote that closes the request to the one that opens the referer.
#[inline]
fn after_request(data: &[u8], close: usize, open: usize) -> bool {
    const SIX: u64 = 0x06;
    let Some(head) = load::<8>(data, close).map(u64::from_le_bytes) else { return false };
    // Quote, space, three digits, space.
    let shape = u64::from_le_bytes(*b"\" 000 \0\0");
    let high = u64::from_le_bytes([0xFF, 0xFF, 0xF0, 0xF0, 0xF0, 0xFF, 0, 0]);
    let past_nine = (SIX << 16) | (SIX << 24) | (SIX << 32);
    if head & high != shape || head.wrapping_add(past_nine) & high & !0xFFFF != shape & !0xFFFF {
        return false;
    }
    let Some(length) = open.checked_sub(close + 7).filter(|length| (1..=8).contains(length)) else {
        return false;
    };
    let Some(tail) = load::<8>(data, open - 9).map(u64::from_le_bytes) else { return false };
    if data.get(open - 1) != Some(&b' ') {
        return false;
    }
    // The size's digits, with zeros in place of what stands before them.
    let unused = (8 - length) * 8;
    let digits = (tail >> unused << unused) | (0x3030_3030_3030_3030 & !(u64::MAX << unused));
    all_digits(digits) || (length == 1 && tail >> 56 == u64::from(b'-'))
}

#[inline]
fn all_digits(word: u64) -> bool {
    const HIGH: u64 = 0xF0F0_F0F0_F0F0_F0F0;
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    const SIXES: u64 = 0x0606_0606_0606_0606;
    // With the first test passed, no byte carries into the next in the second.
    word & HIGH == ZEROS && word.wrapping_add(SIXES) & HIGH == ZEROS
}

/// Does any byte of the word equal `byte`? Exact, the usual bit trick for a zero byte.
#[inline]
fn has_byte(word: u64, byte: u8) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let zero_where_equal = word ^ (ONES * u64::from(byte));
    zero_where_equal.wrapping_sub(ONES) & !zero_where_equal & HIGHS != 0
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
fn halves(word: u128) -> (u64, u64) {
    (word as u64, (word >> 64) as u64)
}

#[inline]
fn load<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..)?.first_chunk::<N>().copied()
}
