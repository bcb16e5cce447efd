//! The wait of a sentence before its next attempt.

use std::time::Duration;

/// Longest wait that a reply may ask for; a longer one makes the sentence fail.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The reply asked for a wait that nobody should sit through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the model asks for a wait of more than a minute")]
pub(crate) struct TooLong;

/// The wait after the `failed`th attempt, from 1. `asked` is what the reply asks for; `chance`, from 0 to 1, keeps
/// sentences that failed together from coming back together.
///
/// Unasked, it is between the half and the whole of `base` × 2^(`failed` − 1). Asked, it is what was asked for and up
/// to a tenth more.
pub(crate) fn wait(
    base: Duration,
    failed: u32,
    asked: Option<Duration>,
    chance: f64,
) -> Result<Duration, TooLong> {
    match asked {
        Some(asked) if asked > LONGEST_WAIT => Err(TooLong),
        Some(asked) => Ok(asked + asked.mul_f64(chance / 10.0)),
        None => {
            let doublings = failed.saturating_sub(1);
            let whole = base.saturating_mul(1_u32.checked_shl(doublings).unwrap_or(u32::MAX));
            let half = whole / 2;
            Ok(half + (whole - half).mul_f64(chance))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BASE: Duration = Duration::from_millis(500);

    #[test]
    fn a_wait_of_a_minute_is_granted_and_no_longer_one() {
        assert_eq!(wait(BASE, 1, Some(LONGEST_WAIT), 0.0), Ok(LONGEST_WAIT));
        assert_eq!(wait(BASE, 1, Some(LONGEST_WAIT + Duration::from_millis(1)), 0.0), Err(TooLong));
        assert_eq!(wait(BASE, 1, Some(Duration::MAX), 1.0), Err(TooLong));
    }

    #[test]
    fn what_is_asked_for_goes_before_the_base() {
        assert_eq!(wait(BASE, 3, Some(Duration::from_millis(20)), 0.0), Ok(Duration::from_millis(20)));
        assert_eq!(wait(BASE, 3, Some(Duration::ZERO), 1.0), Ok(Duration::ZERO));
    }

    #[test]
    fn doubles_from_attempt_to_attempt() {
        let longest = [1, 2, 3, 4].map(|failed| wait(BASE, failed, None, 1.0).unwrap().as_millis());
        assert_eq!(longest, [500, 1000, 2000, 4000]);
    }

    #[test]
    fn chance_spreads_the_waits() {
        let waits = [0.0, 0.25, 0.5, 0.75].map(|chance| wait(BASE, 1, None, chance).unwrap().as_micros());
        assert_eq!(waits, [250_000, 312_500, 375_000, 437_500]);
    }

    proptest! {
        #[test]
        fn unasked_it_is_between_the_half_and_the_whole(
            ms in 0_u64..100_000, failed in 1_u32..20, chance in 0.0_f64..1.0,
        ) {
            let whole = Duration::from_millis(ms) * 2_u32.pow(failed - 1);
            let wait = wait(Duration::from_millis(ms), failed, None, chance).unwrap();
            prop_assert!(whole / 2 <= wait && wait <= whole, "{wait:?} of {whole:?}");
        }

        #[test]
        fn asked_it_is_never_shorter_and_hardly_longer(ms in 0_u64..60_000, chance in 0.0_f64..1.0) {
            let asked = Duration::from_millis(ms);
            let wait = wait(BASE, 1, Some(asked), chance).unwrap();
            prop_assert!(asked <= wait && wait <= asked.mul_f64(1.1) + Duration::from_nanos(10), "{wait:?}");
        }

        #[test]
        fn no_number_of_attempts_is_too_large(
            ms in any::<u64>(), failed in any::<u32>(), chance in 0.0_f64..1.0,
        ) {
            prop_assert!(wait(Duration::from_millis(ms), failed, None, chance).is_ok());
        }
    }
}
