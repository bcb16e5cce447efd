//! Moments as people type them: a date, a date and time, with or without an offset.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::problem::Problem;

/// Microseconds since 1970; UTC where the text has no offset.
pub(super) fn micros(option: &'static str, text: &str) -> Result<i64, Problem> {
    let exact = text.parse::<Timestamp>().ok();
    let civil = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    let moment = exact.or_else(civil);
    let refused = || Problem::Moment { option, text: text.to_owned() };
    moment.map(Timestamp::as_microsecond).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_may_lack_time_and_offset() {
        let moments = ["2026-11-20", "2026-11-20T00:00", "2026-11-20T00:00:00Z", "2026-11-20T02:00:00+02:00"];
        for text in moments {
            assert_eq!(micros("--since", text).unwrap(), 1_795_132_800_000_000, "{text}");
        }
        for text in ["", "yesterday", "2026-13-01", "10:00"] {
            assert!(micros("--since", text).is_err(), "{text:?}");
        }
    }
}
