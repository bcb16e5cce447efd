//! Parses the header `grpc-timeout`.

use std::time::Duration;

use http::{HeaderMap, HeaderName};

static TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// How long the client is willing to wait. A value that can't be read is none, as gRPC's own servers have it.
pub fn timeout(headers: &HeaderMap) -> Option<Duration> {
    let (unit, digits) = headers.get(&TIMEOUT)?.as_bytes().split_last()?;
    if digits.is_empty() || digits.len() > 8 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let count = digits.iter().fold(0_u64, |count, digit| count * 10 + u64::from(digit - b'0'));
    match unit {
        b'H' => Some(Duration::from_secs(count * 3600)),
        b'M' => Some(Duration::from_secs(count * 60)),
        b'S' => Some(Duration::from_secs(count)),
        b'm' => Some(Duration::from_millis(count)),
        b'u' => Some(Duration::from_micros(count)),
        b'n' => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &'static str, expected: Option<Duration>) {
        let mut headers = HeaderMap::new();
        headers.insert("grpc-timeout", value.parse().unwrap());
        assert_eq!(timeout(&headers), expected, "{value}");
    }

    #[test]
    fn reads_each_unit() {
        check("2H", Some(Duration::from_secs(7200)));
        check("3M", Some(Duration::from_secs(180)));
        check("99999999S", Some(Duration::from_secs(99_999_999)));
        check("13m", Some(Duration::from_millis(13)));
        check("7u", Some(Duration::from_micros(7)));
        check("82n", Some(Duration::from_nanos(82)));
    }

    #[test]
    fn takes_no_other_value() {
        for value in ["", "S", "5", "5s", "-5S", "1.5S", "123456789S", " 5S"] {
            check(value, None);
        }
    }
}
