//! How busy the machine is, as what is judged feels it: wall time over processor time of a small piece of work.
//!
//! Deadlines grow with it, so that no right solution is failed by a clock alone.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{getpriority_process, setpriority_process};
use rustix::thread::gettid;

use crate::syscall::{NICENESS, thread_time};

/// Processor time of one measurement.
const WORK: Duration = Duration::from_millis(5);
/// Maximum wall time of one measurement.
const MEASURE_TIMEOUT: Duration = Duration::from_millis(200);
/// Age at which a measurement is repeated.
const MAX_AGE: Duration = Duration::from_secs(1);
/// Below this a machine counts as idle.
const IDLE: f64 = 1.5;
/// Maximum factor by which a deadline grows.
pub(crate) const MAX_FACTOR: f64 = 10.0;

/// The last measurement: when, and the factor.
static LAST: Mutex<Option<(Instant, f64)>> = Mutex::new(None);

/// The factor by which deadlines grow now, from 1 to 10. Measures where the last measurement is older than a second;
/// that takes a few milliseconds.
pub(crate) fn factor() -> f64 {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let (at, old) = last.map_or((None, 1.0), |(at, factor)| (Some(at), factor));
    if at.is_some_and(|at| at.elapsed() < MAX_AGE) {
        return old;
    }
    let (wall, cpu) = measure();
    // A load that has just gone may be back: the factor falls by halves.
    let new = from_measurement(wall, cpu).max(if at.is_some() { (old / 2.0).max(1.0) } else { 1.0 });
    *last = Some((Instant::now(), new));
    new
}

/// The factor of a measurement: how much longer the work took than its processor time.
fn from_measurement(wall: Duration, cpu: Duration) -> f64 {
    let ratio = wall.as_secs_f64() / cpu.as_secs_f64().max(1e-6);
    if ratio < IDLE { 1.0 } else { ratio.min(MAX_FACTOR) }
}

/// Wall and processor time of a small piece of work, at the priority of what is judged. Without a thread: no load seen.
fn measure() -> (Duration, Duration) {
    let measuring = thread::Builder::new().name("calibration".to_owned()).spawn(|| {
        // Of this thread alone: the kernel keeps priorities by thread.
        if let Ok(nice) = getpriority_process(None) {
            setpriority_process(Some(gettid()), nice + NICENESS).ok();
        }
        let (start, used) = (Instant::now(), thread_time());
        loop {
            let (wall, cpu) = (start.elapsed(), thread_time().saturating_sub(used));
            if cpu >= WORK || wall >= MEASURE_TIMEOUT {
                return (wall, cpu);
            }
            std::hint::spin_loop();
        }
    });
    measuring.ok().and_then(|thread| thread.join().ok()).unwrap_or((WORK, WORK))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn a_deadline_grows_with_the_load_within_bounds() {
        let ms = Duration::from_millis;
        for (wall, cpu, expected) in [(5, 5, 1.0), (6, 5, 1.0), (20, 5, 4.0), (200, 5, 10.0), (200, 0, 10.0)]
        {
            let factor = from_measurement(ms(wall), ms(cpu));
            assert!((factor - expected).abs() < 1e-9, "{wall} ms, {cpu} ms: {factor}");
        }
    }

    #[test]
    fn threads_that_spin_are_felt() {
        let stop = AtomicBool::new(false);
        let spinning = thread::available_parallelism().unwrap().get() * 6;
        thread::scope(|scope| {
            for _ in 0..spinning {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        std::hint::spin_loop();
                    }
                });
            }
            let felt = (0..20).map(|_| measure()).map(|(wall, cpu)| from_measurement(wall, cpu));
            let most = felt.fold(1.0, f64::max);
            stop.store(true, Ordering::Relaxed);
            assert!(most > 1.5, "{most}");
        });
    }
}
