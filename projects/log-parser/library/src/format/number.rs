//! Numbers as logs write them: statuses, sizes, and decimal times turned into whole microseconds.

use super::record_builder::Unit;

/// Exactly three digits.
pub(super) fn status(text: &[u8]) -> Option<u16> {
    let three: [u8; 3] = text.try_into().ok()?;
    three.iter().try_fold(0, |sum, byte| Some(sum * 10 + u16::from(digit(*byte)?)))
}

/// Digits only. A number past 64 bits is held at their end: it is still a size.
pub(super) fn integer(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let add = |sum: u64, byte: &u8| Some(sum.saturating_mul(10).saturating_add(u64::from(digit(*byte)?)));
    text.iter().try_fold(0, add)
}

/// A time with or without a fraction, in whole microseconds; a smaller rest is cut. Not negative.
pub(super) fn micros(text: &[u8], unit: Unit) -> Option<u64> {
    let shift = match unit {
        Unit::Seconds => 6,
        Unit::Millis => 3,
        Unit::Micros => 0,
        Unit::Nanos => -3,
    };
    if memchr::memchr2(b'e', b'E', text).is_some() {
        return scientific(text, shift);
    }
    let dot = memchr::memchr(b'.', text);
    let (whole, fraction) = dot.map_or((text, &b""[..]), |dot| (&text[..dot], &text[dot + 1..]));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    if whole.iter().chain(fraction).any(|byte| !byte.is_ascii_digit()) {
        return None;
    }
    let kept = usize::try_from(shift).unwrap_or(0);
    let zeros = std::iter::repeat_n(&b'0', kept);
    let digits = whole.iter().chain(fraction.iter().chain(zeros).take(kept));
    let scaled =
        digits.fold(0_u64, |sum, byte| sum.saturating_mul(10).saturating_add(u64::from(byte - b'0')));
    Some(if unit == Unit::Nanos { scaled / 1_000 } else { scaled })
}

/// `9.3e-05`, which only some JSON writers produce.
fn scientific(text: &[u8], shift: i32) -> Option<u64> {
    let number: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let scaled = number * 10_f64.powi(shift);
    if !scaled.is_finite() || scaled < 0.0 {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, and the cast holds what is too big at the end of the range"
    )]
    Some(scaled as u64)
}

fn digit(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}
