//! The proofs: a few words of memory around the quotes, compared at once.
//!
//! All reads are bounds-checked; a line too near an end of the buffer is simply not plain.

use crate::format::Tail;

/// How long a time usually is: `17/May/2015:10:05:03 +0000`.
pub(super) const TIME: usize = 26;

/// The longest size that is read here.
const SIZE: usize = 16;

/// From sixteen bytes before ` - - [time] "` to the quote.
const BEFORE: usize = 16 + 6 + TIME + 3;

/// Checks `client identity user [time] "`, and returns where the client ends.
#[inline(always)]
pub(super) fn prefix(data: &[u8], start: usize, quote: usize) -> Option<usize> {
    // One window, one check of its bounds: all places in it are known.
    let window = load::<BEFORE>(data, (quote + 1).checked_sub(BEFORE)?)?;
    let word = |at: usize| u64::from_le_bytes(window[at..at + 8].try_into().expect("eight bytes"));
    if window[BEFORE - 3..] != *b"] \"" || window[20..22] != *b" [" {
        return None;
    }
    // The last two words of the time overlap.
    let bracket_inside = zero_bytes(word(22), b']')
        | zero_bytes(word(30), b']')
        | zero_bytes(word(38), b']')
        | zero_bytes(word(40), b']');
    if bracket_inside != 0 {
        return None;
    }
    let bracket = quote - TIME - 3;
    // The usual ` - - [`; the client then is what lies before it.
    let client_end = bracket - 5;
    if client_end > start && window[16..20] == *b" - -" {
        // Sixteen bytes hold an IPv4 address; an IPv6 address or a name may begin further ahead.
        let last = (client_end - start).min(16);
        let client = u128::from(word(0)) | (u128::from(word(8)) << 64);
        let (low, high) = halves(client >> ((16 - last) * 8));
        let ahead = data.get(start..client_end - last)?;
        if zero_bytes(low, b' ') | zero_bytes(high, b' ') == 0 && !ahead.contains(&b' ') {
            return Some(client_end);
        }
    }
    odd_prefix(data.get(start..bracket - 1)?).map(|length| start + length)
}

/// The length of the client in `client identity user`, for what is not of the usual form.
#[cold]
fn odd_prefix(prefix: &[u8]) -> Option<usize> {
    let client = memchr::memchr(b' ', prefix)?;
    // Another identity is so rare that the exact parser may see to it.
    let user = prefix[client + 1..].strip_prefix(b"- ")?;
    // A bracket in the user may be where the time begins: let the exact parser see.
    let good = client > 0 && !user.is_empty() && memchr::memchr(b'[', user).is_none();
    good.then_some(client)
}

/// Checks `" 200 512 "` from the quote that closes the request to the one that opens the referer.
#[inline(always)]
pub(super) fn after_request(data: &[u8], close: usize, open: usize) -> bool {
    if !status(data, close) || open.checked_sub(1).and_then(|at| load::<2>(data, at)) != Some(*b" \"") {
        return false;
    }
    let Some(length @ 1..=SIZE) = open.checked_sub(close + 7) else { return false };
    // Enough lies before it: the status and the time.
    let Some(tail) = load::<8>(data, open - 9).map(u64::from_le_bytes) else { return false };
    if length > 8 {
        let Some(head) = load::<8>(data, open - 1 - length).map(u64::from_le_bytes) else { return false };
        return all_digits(tail) && all_digits(head);
    }
    // The size's digits, with zeros in place of what is before them.
    let unused = (8 - length) * 8;
    let digits = (tail >> unused << unused) | (ZEROS & !(u64::MAX << unused));
    all_digits(digits) || (length == 1 && tail >> 56 == u64::from(b'-'))
}

/// Checks `" 200 512` where the line ends, or may go on after a space.
#[inline]
pub(super) fn size_at_end(line: &[u8], close: usize, tail: Tail) -> bool {
    let Some(size) = line.get(close + 6..).filter(|_| status(line, close)) else { return false };
    let length = match size {
        [b'-', ..] => 1,
        _ => size.iter().take_while(|byte| byte.is_ascii_digit()).count(),
    };
    length > 0
        && match size.get(length) {
            None => true,
            Some(byte) => *byte == b' ' && tail == Tail::Anything,
        }
}

/// Checks `" 200 `: quote, space, three digits, space.
#[inline(always)]
fn status(data: &[u8], close: usize) -> bool {
    const SHAPE: u64 = u64::from_le_bytes(*b"\" 000 \0\0");
    const FIXED: u64 = u64::from_le_bytes([0xFF, 0xFF, 0xF0, 0xF0, 0xF0, 0xFF, 0, 0]);
    const DIGITS: u64 = u64::from_le_bytes([0, 0, 0xF0, 0xF0, 0xF0, 0, 0, 0]);
    let Some(word) = load::<8>(data, close).map(u64::from_le_bytes) else { return false };
    // A digit plus six keeps its upper half. Nothing carries: the first test has passed.
    word & FIXED == SHAPE && (word + (SIXES & (DIGITS >> 4))) & DIGITS == SHAPE & DIGITS
}

const ZEROS: u64 = 0x3030_3030_3030_3030;
const SIXES: u64 = 0x0606_0606_0606_0606;

#[inline]
fn all_digits(word: u64) -> bool {
    const UPPER: u64 = 0xF0F0_F0F0_F0F0_F0F0;
    word & UPPER == ZEROS && (word + SIXES) & UPPER == ZEROS
}

/// Not zero where any byte of the word equals `byte`: the well-known trick, exact as a yes or no.
#[inline]
fn zero_bytes(word: u64, byte: u8) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let zero_where_equal = word ^ (ONES * u64::from(byte));
    zero_where_equal.wrapping_sub(ONES) & !zero_where_equal & (ONES << 7)
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
fn halves(word: u128) -> (u64, u64) {
    (word as u64, (word >> 64) as u64)
}

#[inline(always)]
pub(super) fn load<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..)?.first_chunk::<N>().copied()
}
