//! The rate limit: a number of calls a minute, evenly spaced, and none while the API's own limit is used up.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Longer holds are cut to this: an absurd one would stop the service until it is started again.
const LONGEST_HOLD: Duration = Duration::from_secs(24 * 60 * 60);

/// Shared by all workers; they pass one by one, in the order in which they came.
#[derive(Debug)]
pub(crate) struct Limiter {
    /// Owned by the caller who is next. Dropping the wait passes the turn on, so that no gap is left behind.
    turn: tokio::sync::Mutex<()>,
    pace: Mutex<Pace>,
}

/// The times that count. Pure: it receives the time, and never looks at a clock.
#[derive(Clone, Copy, Debug, Default)]
struct Pace {
    interval: Duration,
    next: Option<Instant>,
    held: Option<Instant>,
}

impl Pace {
    /// When the next call may begin, where that isn't now.
    fn earliest(&self, now: Instant) -> Option<Instant> {
        self.next.max(self.held).filter(|&at| at > now)
    }

    fn begin(&mut self, now: Instant) {
        if !self.interval.is_zero() {
            self.next = Some(now + self.interval);
        }
    }

    fn hold(&mut self, now: Instant, hold: Duration) {
        self.held = self.held.max(Some(now + hold.min(LONGEST_HOLD)));
    }

    fn is_free(&self, now: Instant) -> bool {
        self.interval.is_zero() && self.earliest(now).is_none()
    }
}

impl Limiter {
    /// A limit of this many calls a minute; `None`: no limit.
    pub(crate) fn new(per_minute: Option<std::num::NonZeroU32>) -> Self {
        let interval = per_minute.map_or(Duration::ZERO, |number| {
            // Rounded up: a nanosecond too early would be one call too many.
            Duration::from_nanos(60_000_000_000_u64.div_ceil(u64::from(number.get())))
        });
        Self { turn: tokio::sync::Mutex::default(), pace: Mutex::new(Pace { interval, ..Pace::default() }) }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a call may begin, and counts it. Cancel-safe: dropped before that, nothing is counted.
    pub(crate) async fn begin(&self) {
        if self.pace().is_free(Instant::now()) {
            return;
        }
        let _turn = self.turn.lock().await;
        loop {
            // Read again after each sleep: a reply may have asked for a hold in the meantime.
            let earliest = {
                let mut pace = self.pace();
                let now = Instant::now();
                let earliest = pace.earliest(now);
                if earliest.is_none() {
                    pace.begin(now);
                }
                earliest
            };
            match earliest {
                Some(at) => tokio::time::sleep_until(at).await,
                None => return,
            }
        }
    }

    /// Lets no call begin for this long from now.
    pub(crate) fn hold(&self, hold: Duration) {
        self.pace().hold(Instant::now(), hold);
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    fn limiter(per_minute: u32) -> Arc<Limiter> {
        Arc::new(Limiter::new(NonZeroU32::new(per_minute)))
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_nobody_waits() {
        let (limiter, start) = (limiter(0), Instant::now());
        for _ in 0..1000 {
            limiter.begin().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_are_evenly_spaced_and_no_burst_is_saved_up() {
        let (limiter, start) = (limiter(60), Instant::now());
        limiter.begin().await;
        assert_eq!(start.elapsed(), Duration::ZERO, "the first begins at once");
        tokio::time::sleep(Duration::from_secs(10)).await;
        for second in 10..13 {
            limiter.begin().await;
            assert_eq!(start.elapsed().as_secs(), second);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_stops_all_also_one_who_waits_already() {
        let (limiter, start) = (limiter(60), Instant::now());
        limiter.begin().await;
        let waiting = tokio::spawn({
            let limiter = Arc::clone(&limiter);
            async move { limiter.begin().await }
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
        limiter.hold(Duration::from_secs(5));
        limiter.hold(Duration::from_secs(1));
        waiting.await.unwrap();
        assert!(start.elapsed() >= Duration::from_millis(5500), "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_works_without_a_limit_and_passes() {
        let (limiter, start) = (limiter(0), Instant::now());
        limiter.hold(Duration::from_secs(2));
        limiter.begin().await;
        limiter.begin().await;
        let waited = start.elapsed();
        assert!(waited >= Duration::from_secs(2) && waited < Duration::from_millis(2010), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_absurd_hold_lasts_a_day() {
        let (limiter, start) = (limiter(0), Instant::now());
        limiter.hold(Duration::MAX);
        limiter.begin().await;
        assert!(start.elapsed() < LONGEST_HOLD + Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn callers_pass_in_the_order_in_which_they_came() {
        let limiter = limiter(60);
        let order = Arc::new(Mutex::new(Vec::new()));
        let calls: Vec<_> = (0..20_u64)
            .map(|number| {
                let (limiter, order) = (Arc::clone(&limiter), Arc::clone(&order));
                tokio::spawn(async move {
                    // Every other one comes when a turn is due: those who have waited go before.
                    tokio::time::sleep(Duration::from_millis(500 * number)).await;
                    limiter.begin().await;
                    order.lock().unwrap().push(number);
                })
            })
            .collect();
        for call in calls {
            call.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), (0..20).collect::<Vec<_>>());
    }

    #[derive(Clone, Debug)]
    struct Caller {
        comes: u64,
        gives_up_after: Option<u64>,
    }

    fn caller() -> impl Strategy<Value = Caller> {
        (0_u64..5000, proptest::option::of(0_u64..2000))
            .prop_map(|(comes, gives_up_after)| Caller { comes, gives_up_after })
    }

    async fn call(limiter: Arc<Limiter>, caller: Caller) -> Option<Instant> {
        tokio::time::sleep(Duration::from_millis(caller.comes)).await;
        let timeout = caller.gives_up_after.map_or(Duration::from_secs(3600), Duration::from_millis);
        tokio::time::timeout(timeout, limiter.begin()).await.ok().map(|()| Instant::now())
    }

    /// When the calls began, in order.
    fn begun(per_minute: u32, callers: Vec<Caller>) -> (Instant, Vec<Instant>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.unwrap().block_on(async {
            let (limiter, start) = (limiter(per_minute), Instant::now());
            let calls: Vec<_> =
                callers.into_iter().map(|caller| tokio::spawn(call(Arc::clone(&limiter), caller))).collect();
            let mut begun = Vec::new();
            for call in calls {
                begun.extend(call.await.unwrap());
            }
            begun.sort_unstable();
            (start, begun)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn whoever_comes_and_gives_up_the_gaps_are_kept_and_none_is_wasted(
            per_minute in 30_u32..600, callers in proptest::collection::vec(caller(), 1..30),
        ) {
            let interval = Duration::from_secs(60) / per_minute;
            let number = u32::try_from(callers.len()).unwrap();
            let last = Duration::from_millis(callers.iter().map(|caller| caller.comes).max().unwrap());
            let (start, begun) = begun(per_minute, callers);
            for pair in begun.windows(2) {
                prop_assert!(pair[1] - pair[0] >= interval, "{:?}", pair[1] - pair[0]);
            }
            if let Some(&end) = begun.last() {
                // A timer may be a millisecond late each time.
                let latest = last + (interval + Duration::from_millis(2)) * number;
                prop_assert!(end - start <= latest, "{:?} after {latest:?}", end - start);
            }
        }
    }
}
