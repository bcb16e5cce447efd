//! What is asked of a log, and what becomes of each record by it.

use crate::bots::Bots;
use crate::client::Client;
use crate::ledger::Outcome;
use crate::memo::Memo;
use crate::net::Ranges;
use crate::pattern::Pattern;
use crate::record::Record;
use crate::request::Parts;

/// A question to a log.
#[derive(Debug, Default)]
pub struct Query {
    /// The request to count; all requests where it is `None`.
    pub request: Option<Pattern>,
    /// Our own servers, to leave out.
    pub own: Ranges,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted: Ranges,
    /// Bots, to leave out.
    pub bots: Option<Bots>,
}

/// A query at work in one thread, with what that thread remembers.
#[derive(Debug)]
pub(crate) struct Judge<'q> {
    query: &'q Query,
    memo: Memo,
}

impl<'q> Judge<'q> {
    pub(crate) fn new(query: &'q Query) -> Self {
        Self { query, memo: Memo::new() }
    }

    /// What becomes of a good record.
    pub(crate) fn outcome(&mut self, record: &Record<'_>) -> Outcome {
        let Some(parts) = Parts::of(record) else { return Outcome::NotMatched };
        if self.query.request.as_ref().is_some_and(|pattern| !pattern.matches(&parts)) {
            return Outcome::NotMatched;
        }
        if !self.query.own.is_empty() && Client::of(record, &self.query.trusted).is_in(&self.query.own) {
            return Outcome::Own;
        }
        if let (Some(bots), Some(agent)) = (&self.query.bots, &record.agent)
            && self.memo.is_bot(bots, agent)
        {
            return Outcome::Bot;
        }
        Outcome::Counted
    }
}
