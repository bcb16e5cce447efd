//! Times as logs write them, read into microseconds since 1970 in UTC, quickly and without a calendar library.

use crate::record::Time;

/// Microseconds in a second.
const SECOND: i64 = 1_000_000;

/// The first moment that takes a year of five digits, which no calendar here goes to.
const END: i64 = 253_402_300_800 * SECOND;

/// When it was; `None` where the log does not say, or says it in a way that is no time. An offset may carry
/// a good time out of the years that have four digits: that is none, either.
#[must_use]
pub fn micros(time: &Time<'_>) -> Option<i64> {
    let micros = match time {
        Time::None => return None,
        Time::Clf(text) => clf(text)?,
        Time::Rfc3339(text) => rfc3339(text)?,
        Time::DateTime(date, clock) => {
            let (seconds, rest) = clock_of(clock)?;
            (day_of(date)? * 86_400 + seconds) * SECOND + fraction(rest)?.0
        }
        Time::Micros(micros) => *micros,
    };
    (-END..END).contains(&micros).then_some(micros)
}

/// `17/May/2015:10:05:03 +0000`
fn clf(text: &[u8]) -> Option<i64> {
    const MONTHS: [&[u8; 3]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    let [d, e, b'/', month @ .., b':', h, i, b':', m, n, b':', s, t, b' '] = text.get(..21)? else {
        return None;
    };
    let [x, y, w, b'/', year @ ..] = month else { return None };
    let month = MONTHS.iter().position(|name| **name == [*x, *y, *w])? + 1;
    let day = days(number(year)?, i64::try_from(month).ok()?, number(&[*d, *e])?)?;
    let clock = seconds(number(&[*h, *i])?, number(&[*m, *n])?, number(&[*s, *t])?)?;
    Some((day * 86_400 + clock - offset(&text[21..])?) * SECOND)
}

/// `2026-11-20T10:05:03.123Z`; in UTC where it has no offset.
fn rfc3339(text: &[u8]) -> Option<i64> {
    let day = day_of(text.get(..10)?)?;
    if !matches!(text.get(10)?, b'T' | b't' | b' ') {
        return None;
    }
    let (clock, rest) = clock_of(&text[11..])?;
    let (fraction, zone) = fraction(rest)?;
    Some((day * 86_400 + clock - offset(zone)?) * SECOND + fraction)
}

/// `2026-11-20`, in days since 1970.
fn day_of(text: &[u8]) -> Option<i64> {
    let [year @ .., b'-', m, n, b'-', d, e] = text else { return None };
    if year.len() != 4 {
        return None;
    }
    days(number(year)?, number(&[*m, *n])?, number(&[*d, *e])?)
}

/// `10:05:03` and what follows it.
fn clock_of(text: &[u8]) -> Option<(i64, &[u8])> {
    let ([h, i, b':', m, n, b':', s, t], rest) = text.split_first_chunk::<8>()? else { return None };
    Some((seconds(number(&[*h, *i])?, number(&[*m, *n])?, number(&[*s, *t])?)?, rest))
}

/// `.123` in microseconds, and what follows it.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some(digits) = text.strip_prefix(b".") else { return Some((0, text)) };
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if length == 0 {
        return None;
    }
    let padded = digits[..length].iter().copied().chain(std::iter::repeat(b'0')).take(6);
    Some((padded.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')), &digits[length..]))
}

/// `Z`, `+0200`, `-03:30` or nothing, in seconds.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        b"" | b"Z" | b"z" => return Some(0),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let ([h, i, m, n] | [h, i, b':', m, n]) = digits else { return None };
    let (hours, minutes) = (number(&[*h, *i])?, number(&[*m, *n])?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn number(digits: &[u8]) -> Option<i64> {
    let good = !digits.is_empty() && digits.len() <= 4 && digits.iter().all(u8::is_ascii_digit);
    good.then(|| digits.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

/// A second of the day; a leap second counts as the second before it ends.
fn seconds(hour: i64, minute: i64, second: i64) -> Option<i64> {
    (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second.min(59))
}

/// Days since 1970 of a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    const BEFORE: [i64; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
    let at = usize::try_from(month).ok().filter(|at| (1..=12).contains(at))?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = BEFORE[at] - BEFORE[at - 1] + i64::from(leap && month == 2);
    if year < 1 || day < 1 || day > length {
        return None;
    }
    let past = year - 1;
    let years = past * 365 + past / 4 - past / 100 + past / 400;
    // 719,162 days lie between the first of January of the year 1 and that of 1970.
    Some(years + BEFORE[at - 1] + i64::from(leap && month > 2) + day - 1 - 719_162)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use proptest::prelude::*;

    #[track_caller]
    fn check(time: &Time<'_>, expected: Option<&str>) {
        let expected = expected.map(|text| text.parse::<Timestamp>().unwrap().as_microsecond());
        assert_eq!(micros(time), expected, "{time:?}");
    }

    #[test]
    fn reads_each_way_to_write_a_time() {
        let clf = |text: &'static str| Time::Clf(text.as_bytes().into());
        check(&clf("17/May/2015:10:05:03 +0000"), Some("2015-05-17T10:05:03Z"));
        check(&clf("29/Feb/2024:23:59:60 -0330"), Some("2024-03-01T03:29:59Z"));
        check(&clf("01/Jan/1970:02:00:00 +0200"), Some("1970-01-01T00:00:00Z"));
        let rfc = |text: &'static str| Time::Rfc3339(text.as_bytes().into());
        check(&rfc("2026-11-20T10:05:03.123Z"), Some("2026-11-20T10:05:03.123Z"));
        check(&rfc("2026-11-20T10:05:03.1234567+02:00"), Some("2026-11-20T08:05:03.123456Z"));
        check(&rfc("2026-11-20 10:05:03"), Some("2026-11-20T10:05:03Z"));
        let w3c = Time::DateTime(b"2026-11-20"[..].into(), b"10:05:03"[..].into());
        check(&w3c, Some("2026-11-20T10:05:03Z"));
        check(&Time::Micros(1_000_001), Some("1970-01-01T00:00:01.000001Z"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "-",
            "17/May/2015",
            "31/Feb/2015:10:05:03 +0000",
            "17/may/2015:10:05:03 +0000",
            "17/May/2015:24:05:03 +0000",
            "17/May/2015:10:05:03 0000",
            "17/May/2015:10:05:03 +00",
            "2015-05-17T10:05:03Z",
            "29/Feb/2023:00:00:00 +0000",
            "1x/May/2015:10:05:03 +0000",
        ] {
            check(&Time::Clf(text.as_bytes().into()), None);
        }
        for text in [
            "",
            "2026-11-20",
            "2026-11-20T10:05",
            "2026-11-20T10:05:03.Z",
            "2026-13-20T10:05:03Z",
            "2026-11-20T10:05:03+2:00",
        ] {
            check(&Time::Rfc3339(text.as_bytes().into()), None);
        }
        check(&Time::None, None);
        check(&Time::Clf(b"31/Dec/9999:23:59:59 -2359"[..].into()), None);
        check(&Time::Micros(i64::MAX), None);
        check(&Time::Micros(i64::MIN), None);
    }

    proptest! {
        #[test]
        fn agrees_with_a_calendar_library(second in 0i64..4_000_000_000) {
            let timestamp = Timestamp::from_second(second).unwrap();
            let clf = timestamp.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string();
            let expected = Some(second * SECOND);
            prop_assert_eq!(micros(&Time::Clf(clf.as_bytes().into())), expected);
            let rfc = timestamp.to_string();
            prop_assert_eq!(micros(&Time::Rfc3339(rfc.as_bytes().into())), expected);
        }

        #[test]
        fn never_fails_on_anything(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let times = [
                Time::Clf(text[..].into()),
                Time::Rfc3339(text[..].into()),
                Time::DateTime(text[..].into(), text[..].into()),
            ];
            for time in times {
                // Four digits of a year say no more than that.
                prop_assert!(micros(&time).is_none_or(|micros| micros.abs() < 300_000_000_000 * SECOND));
            }
        }
    }
}
