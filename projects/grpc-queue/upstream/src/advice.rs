//! The advice in a reply's headers: whether to try again, when, and how much of the limits is left.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};

/// The advice of one reply. What can't be read is as if it weren't there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Advice {
    /// How long to wait before the next attempt.
    pub(crate) wait: Option<Duration>,
    /// Whether to come back at all.
    pub(crate) retry: Option<bool>,
    /// A limit is used up: no call, for any sentence, for this long.
    pub(crate) hold: Option<Duration>,
}

impl Advice {
    /// Reads the headers of a reply that came at `now`.
    pub(crate) fn read(headers: &HeaderMap, now: SystemTime) -> Self {
        let text = |name: &str| Some(headers.get(name)?.to_str().ok()?.trim());
        let used_up = |what: &str| {
            text(&format!("x-ratelimit-remaining-{what}")).filter(|&remaining| remaining == "0")?;
            span(text(&format!("x-ratelimit-reset-{what}"))?)
        };
        Self {
            wait: text("retry-after-ms")
                .and_then(|ms| duration(ms, 1e-3))
                .or_else(|| text(RETRY_AFTER.as_str()).and_then(|after| retry_after(after, now))),
            retry: text("x-should-retry").and_then(|word| match word {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            }),
            hold: used_up("requests").max(used_up("tokens")),
        }
    }
}

/// Seconds, or a date; a date that is past advises nothing, as the clocks may differ.
fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    duration(text, 1.0).or_else(|| {
        let date = httpdate::parse_http_date(text).ok()?;
        date.duration_since(now).ok()
    })
}

/// Converts a number of units of this many seconds. Values too large for a [`Duration`] become its maximum.
fn duration(number: &str, unit: f64) -> Option<Duration> {
    // Not the whole of what Rust reads as a number: no sign, no exponent, no infinity.
    if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let number: f64 = number.parse().ok()?;
    Some(Duration::try_from_secs_f64(number * unit).unwrap_or(Duration::MAX))
}

/// A span such as `1s`, `6m0s`, `20ms`, `1h2m3.5s`, or seconds without a unit.
fn span(text: &str) -> Option<Duration> {
    const UNITS: [(&str, f64); 7] =
        [("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86400.0)];
    if let Some(seconds) = duration(text, 1.0) {
        return Some(seconds);
    }
    let mut rest = text;
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let number = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let (amount, tail) = rest.split_at(number);
        let end = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, next) = tail.split_at(end);
        let &(_, seconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
        total = total.saturating_add(duration(amount, seconds)?);
        rest = next;
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn now() -> SystemTime {
        httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap()
    }

    fn read(headers: &[(&'static str, &'static str)]) -> Advice {
        let headers = headers
            .iter()
            .map(|&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        Advice::read(&headers, now())
    }

    #[track_caller]
    fn waits(headers: &[(&'static str, &'static str)], ms: Option<u64>) {
        assert_eq!(read(headers).wait, ms.map(Duration::from_millis), "{headers:?}");
    }

    #[test]
    fn reads_seconds_and_milliseconds() {
        waits(&[], None);
        waits(&[("retry-after", "2")], Some(2000));
        waits(&[("retry-after", " 0.5 ")], Some(500));
        waits(&[("retry-after", "0")], Some(0));
        waits(&[("retry-after-ms", "250")], Some(250));
        waits(&[("retry-after-ms", "1500.0")], Some(1500));
    }

    #[test]
    fn reads_each_kind_of_http_date() {
        waits(&[("retry-after", "Sun, 06 Nov 1994 08:49:40 GMT")], Some(3000));
        waits(&[("retry-after", "Sunday, 06-Nov-94 08:49:40 GMT")], Some(3000));
        waits(&[("retry-after", "Sun Nov  6 08:49:40 1994")], Some(3000));
        waits(&[("retry-after", "Sun, 06 Nov 1994 08:49:36 GMT")], None);
    }

    #[test]
    fn milliseconds_go_before_seconds_where_they_can_be_read() {
        waits(&[("retry-after", "2"), ("retry-after-ms", "30")], Some(30));
        waits(&[("retry-after", "2"), ("retry-after-ms", "soon")], Some(2000));
    }

    #[test]
    fn what_cant_be_read_advises_nothing() {
        for text in ["", "-1", "+1", "1e3", "inf", "NaN", "1..2", ".", "1 s", "tomorrow", "Sun, 99 Nov 1994"]
        {
            waits(&[("retry-after", text)], None);
            waits(&[("retry-after-ms", text)], None);
        }
        assert_eq!(read(&[("x-should-retry", "maybe")]), Advice::default());
    }

    #[test]
    fn a_number_beyond_all_bounds_is_a_long_wait() {
        let advice = read(&[("retry-after", "99999999999999999999999999")]);
        assert_eq!(advice.wait, Some(Duration::MAX));
    }

    #[test]
    fn reads_whether_to_come_back() {
        assert_eq!(read(&[("x-should-retry", "true")]).retry, Some(true));
        assert_eq!(read(&[("x-should-retry", "false")]).retry, Some(false));
    }

    #[track_caller]
    fn holds(remaining: &'static str, reset: &'static str, ms: Option<u64>) {
        for (left, when) in [
            ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
            ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
        ] {
            let hold = read(&[(left, remaining), (when, reset)]).hold;
            assert_eq!(hold, ms.map(Duration::from_millis), "{left}: {remaining}, {when}: {reset}");
        }
    }

    #[test]
    fn a_limit_that_is_used_up_holds_until_its_reset() {
        holds("0", "1s", Some(1000));
        holds("0", "6m0s", Some(360_000));
        holds("0", "20ms", Some(20));
        holds("0", "1h2m3.5s", Some(3_723_500));
        holds("0", "1d", Some(86_400_000));
        holds("0", "7", Some(7000));
        holds("1", "1s", None);
        for reset in ["", "s", "1x", "1s2", "-1s", "1 s"] {
            holds("0", reset, None);
        }
    }

    #[test]
    fn the_longer_of_two_holds_counts() {
        let both = read(&[
            ("x-ratelimit-remaining-requests", "0"),
            ("x-ratelimit-reset-requests", "1s"),
            ("x-ratelimit-remaining-tokens", "0"),
            ("x-ratelimit-reset-tokens", "2s"),
        ]);
        assert_eq!(both.hold, Some(Duration::from_secs(2)));
    }
}
