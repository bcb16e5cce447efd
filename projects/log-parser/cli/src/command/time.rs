//! Moments as people type them: a date, a date and time, with or without an offset.

use jiff::Timestamp;
use jiff::civil::DateTime;

use crate::error::CliError;

/// Microseconds since 1970; UTC where the text has no offset.
pub(super) fn micros(option: &'static str, text: &str) -> Result<i64, CliError> {
    // A zone in brackets would be read over, and an hour that it moves would be missed.
    let moment = Some(text).filter(|text| !text.contains('[')).and_then(|text| {
        text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond).or_else(|| civil(text))
    });
    moment.ok_or_else(|| CliError::Time { option, text: text.to_owned() })
}

/// A date, with a time or without.
fn civil(text: &str) -> Option<i64> {
    let since = text.parse::<DateTime>().ok()?.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
    i64::try_from(since.as_micros()).ok()
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
        for text in
            ["", "yesterday", "2026-13-01", "10:00", "2026-11-20T10:00[Europe/Berlin]", "2026-11-20T10:00Z["]
        {
            assert!(micros("--since", text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_last_day_that_a_log_can_tell_is_a_day() {
        assert_eq!(micros("--since", "9999-12-31").unwrap(), 253_402_214_400_000_000);
    }
}
