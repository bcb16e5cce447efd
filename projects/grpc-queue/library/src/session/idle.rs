//! The idle timeout of a stream.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// A stream's silence. Noise costs no timer: the timer looks back when it has run out.
#[derive(Debug)]
pub struct Idle {
    after: Duration,
    last: Instant,
    /// Made when the stream waits for the first time.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Idle {
    /// Silence since now; zero: it may last for ever.
    pub fn new(after: Duration, now: Instant) -> Self {
        Self { after, last: now, timer: None }
    }

    /// Something was received or sent: starts the idle time again. Returns the current time.
    pub fn touch(&mut self) -> Instant {
        self.last = Instant::now();
        self.last
    }

    /// Ready when the silence has lasted too long.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.after.is_zero() {
            return Poll::Pending;
        }
        loop {
            let end = self.last + self.after;
            let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(end)));
            ready!(timer.as_mut().poll(cx));
            if Instant::now() >= end {
                return Poll::Ready(());
            }
            timer.as_mut().reset(end);
        }
    }
}
