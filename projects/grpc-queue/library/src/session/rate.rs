//! The rate limit of a stream: sentences a second.

use std::time::Duration;

use tokio::time::Instant;

/// A bucket that holds what one second allows and is filled evenly.
#[derive(Debug)]
pub struct Rate {
    /// The time between two sentences of an even flow; zero where any number is allowed.
    step: Duration,
    /// When the bucket will be full again: a sentence moves it by a step.
    full_at: Instant,
}

impl Rate {
    /// A limit of this many a second; 0: no limit. The bucket is full now.
    pub fn new(per_second: u32, now: Instant) -> Self {
        let step = Duration::from_secs(1).checked_div(per_second).unwrap_or_default();
        Self { step, full_at: now }
    }

    /// Whether a sentence may come now. If so, it has taken its share.
    pub fn allows(&mut self, now: Instant) -> bool {
        if self.step.is_zero() {
            return true;
        }
        let full_at = self.full_at.max(now) + self.step;
        let allowed = full_at - now <= Duration::from_secs(1);
        if allowed {
            self.full_at = full_at;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allows_the_burst_of_a_second_and_then_an_even_flow() {
        let start = Instant::now();
        let mut rate = Rate::new(4, start);
        assert_eq!([true; 4], std::array::from_fn(|_| rate.allows(start)));
        assert!(!rate.allows(start));
        assert!(!rate.allows(start + Duration::from_millis(249)));
        assert!(rate.allows(start + Duration::from_millis(250)));
        assert!(!rate.allows(start + Duration::from_millis(250)));
        let later = start + Duration::from_secs(60);
        assert_eq!([true; 4], std::array::from_fn(|_| rate.allows(later)));
        assert!(!rate.allows(later));
    }

    #[test]
    fn zero_allows_any_number() {
        let start = Instant::now();
        let mut rate = Rate::new(0, start);
        assert!((0..10_000).all(|_| rate.allows(start)));
    }
}
