//! The time of each line: as many lines an hour as the hour of the day makes likely, never going back.

use jiff::Timestamp;
use jiff::tz::TimeZone;

const SECOND: u64 = 1_000_000;
const HOUR: i64 = 3600;

/// How busy each hour of the day is (UTC); the sum is 1000.
const BUSY: [u16; 24] =
    [14, 10, 8, 7, 7, 9, 16, 28, 42, 52, 58, 60, 62, 60, 58, 56, 57, 60, 66, 72, 74, 62, 40, 22];

/// A clock that moves on a little with each line.
#[derive(Debug)]
pub(super) struct Clock {
    /// What a day of 24 hours holds.
    lines_a_day: u64,
    /// Microseconds since the start.
    elapsed: u64,
    start: i64,
    /// The hour that `step` is right for, and the first moment that lies behind it.
    hour: i64,
    hour_end: u64,
    step: u64,
    rendered_second: i64,
    /// `20/Nov/2026:10:05:03 +0000`.
    rendered: Vec<u8>,
}

impl Clock {
    /// Starts at a moment, in seconds since 1970.
    pub(super) fn new(start: i64, lines_a_day: u64) -> Self {
        let mut clock = Self {
            lines_a_day: lines_a_day.max(1),
            elapsed: 0,
            start,
            hour: 0,
            hour_end: 0,
            step: 0,
            rendered_second: i64::MIN,
            rendered: Vec::new(),
        };
        clock.enter_hour();
        clock
    }

    /// The current hour of the clock, as the moment of its beginning.
    pub(super) fn hour(&self) -> i64 {
        self.hour
    }

    /// The time as a log has it.
    pub(super) fn text(&mut self) -> &[u8] {
        let second = self.second();
        if second != self.rendered_second {
            self.rendered_second = second;
            let time =
                Timestamp::from_second(second).expect("options bound the start").to_zoned(TimeZone::UTC);
            self.rendered.clear();
            self.rendered.extend_from_slice(time.strftime("%d/%b/%Y:%H:%M:%S %z").to_string().as_bytes());
        }
        &self.rendered
    }

    /// Moves on to the next line's time.
    pub(super) fn tick(&mut self) {
        self.elapsed += self.step;
        if self.elapsed >= self.hour_end {
            self.enter_hour();
        }
    }

    fn second(&self) -> i64 {
        self.start.saturating_add_unsigned(self.elapsed / SECOND)
    }

    fn enter_hour(&mut self) {
        let second = self.second();
        self.hour = second.div_euclid(HOUR) * HOUR;
        let left = (self.hour + HOUR).abs_diff(self.start);
        self.hour_end = left * SECOND;
        let busy =
            BUSY[usize::try_from((self.hour / HOUR).rem_euclid(24)).expect("a remainder of 24 is small")];
        let lines = (self.lines_a_day * u64::from(busy) / 1000).max(1);
        self.step = (HOUR.unsigned_abs() * SECOND / lines).max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hours_of_a_day_add_up() {
        assert_eq!(BUSY.iter().sum::<u16>(), 1000);
    }

    #[test]
    fn a_day_holds_its_lines_and_evenings_are_busier_than_nights() {
        let mut clock = Clock::new(1_763_596_800, 100_000);
        assert_eq!(clock.text(), b"20/Nov/2025:00:00:00 +0000");
        let mut hours = std::collections::BTreeMap::new();
        for _ in 0..99_900 {
            *hours.entry(clock.hour()).or_insert(0_u32) += 1;
            clock.tick();
        }
        assert_eq!(clock.text().get(..14), Some(&b"20/Nov/2025:23"[..]));
        assert!(hours.len() == 24 && hours[&1_763_668_800] > 8 * hours[&1_763_607_600], "{hours:?}");
    }

    #[test]
    fn a_log_may_start_before_1970_and_within_an_hour() {
        let mut clock = Clock::new(-1, 10);
        assert_eq!(clock.hour(), -3600);
        assert_eq!(clock.text(), b"31/Dec/1969:23:59:59 +0000");
        clock.tick();
        assert!(clock.hour() >= 0 && clock.text().starts_with(b"01/Jan/1970:"));
    }
}
