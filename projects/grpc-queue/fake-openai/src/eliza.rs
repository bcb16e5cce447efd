//! A model for people: Eliza answers, takes her time, and fails now and then.

use std::time::Duration;

use crate::{Call, Reply};

/// A script that lets Eliza answer. Her failures come at regular places, so that a demonstration shows each of them.
#[derive(Clone, Debug, Default)]
pub struct Eliza {
    latency: Duration,
    every: usize,
    faults: Vec<Fault>,
}

/// A way to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Status 429, with a wish to be left alone for a second.
    TooManyRequests,
    /// Status 500.
    ServerError,
    /// A body that is no JSON.
    BrokenJson,
    /// No reply at all.
    Hang,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::TooManyRequests, Self::ServerError, Self::BrokenJson, Self::Hang];

    fn reply(self) -> Reply {
        match self {
            Self::TooManyRequests => Reply::error(429, "rate_limit_exceeded").header("retry-after", 1),
            Self::ServerError => Reply::error(500, "server_error"),
            Self::BrokenJson => Reply::broken_json(),
            Self::Hang => Reply::hang(),
        }
    }
}

impl Eliza {
    /// She answers at once and never fails.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long each answer takes.
    #[must_use]
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Each call whose number is divisible by `every` fails, in one of these ways after the other. 0: none fails.
    #[must_use]
    pub fn failing(mut self, every: usize, faults: &[Fault]) -> Self {
        self.every = every;
        self.faults = faults.to_vec();
        self
    }

    /// The script.
    pub fn script(self) -> impl FnMut(&Call) -> Reply + Send + 'static {
        move |call| self.reply(call).after(self.latency)
    }

    fn reply(&self, call: &Call) -> Reply {
        if let Some(nth) = call.number.checked_div(self.every)
            && call.number.is_multiple_of(self.every)
            && !self.faults.is_empty()
        {
            return self.faults[(nth - 1) % self.faults.len()].reply();
        }
        match call.sentence() {
            Some(sentence) => Reply::answer(eliza::reply(sentence).text),
            None => Reply::error(400, "invalid_request_error"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_a_reply_of_its_own() {
        let statuses = Fault::ALL.map(|fault| fault.reply().status.as_u16());
        assert_eq!(statuses, [429, 500, 200, 200]);
    }
}
