//! What is asked of a log, and what becomes of each record by it.

use std::borrow::Cow;

use crate::bots::Bots;
use crate::client::Client;
use crate::filter::{Filters, Missed};
use crate::ledger::Outcome;
use crate::memo::Memo;
use crate::net::Ranges;
use crate::path::Normal;
use crate::pattern::Pattern;
use crate::record::Record;
use crate::request::Parts;

/// A question to a log.
#[derive(Debug, Default)]
pub struct Query {
    /// The request to count; all requests where it is `None`.
    pub request: Option<Pattern>,
    /// What else the request must be like.
    pub filters: Filters,
    /// How paths are made alike before they are compared or grouped.
    pub normal: Normal,
    /// Our own servers, to leave out.
    pub own: Ranges,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted: Ranges,
    /// Bots, to leave out.
    pub bots: Option<Bots>,
}

/// Why a good record is not matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It holds no request.
    NoRequest,
    /// Its method is not the one asked for.
    Method,
    /// Its path is not the one asked for.
    Path,
    /// It misses a filter.
    Filter(Missed),
}

/// A request that matches, split and with its path made alike.
#[derive(Clone, Debug)]
pub(crate) struct Matched<'r> {
    pub(crate) parts: Parts<'r>,
    pub(crate) path: Cow<'r, [u8]>,
}

impl Query {
    /// The path of a request as this query compares it.
    #[must_use]
    pub fn path_of<'r>(&self, parts: &Parts<'r>) -> Cow<'r, [u8]> {
        let path = parts.path();
        if self.normal.is_nothing() { Cow::Borrowed(path) } else { self.normal.apply(path) }
    }

    /// Is this the request that is asked for?
    pub(crate) fn matched<'r>(&self, record: &'r Record<'_>) -> Result<Matched<'r>, Mismatch> {
        let parts = Parts::of(record).ok_or(Mismatch::NoRequest)?;
        if self.request.as_ref().is_some_and(|pattern| !pattern.takes_method(parts.method)) {
            return Err(Mismatch::Method);
        }
        let path = self.path_of(&parts);
        if self.request.as_ref().is_some_and(|pattern| !pattern.takes_path(&path, self.normal)) {
            return Err(Mismatch::Path);
        }
        match self.filters.missed(record, &parts, &path) {
            Some(missed) => Err(Mismatch::Filter(missed)),
            None => Ok(Matched { parts, path }),
        }
    }

    /// Is the client one of our own servers?
    pub(crate) fn is_own(&self, record: &Record<'_>) -> bool {
        !self.own.is_empty() && Client::of(record, &self.trusted).is_in(&self.own)
    }
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

    /// What becomes of a good record; with the request's parts where it is counted.
    pub(crate) fn outcome<'r>(&mut self, record: &'r Record<'_>) -> (Outcome, Option<Matched<'r>>) {
        let Ok(matched) = self.query.matched(record) else { return (Outcome::NotMatched, None) };
        if self.query.is_own(record) {
            return (Outcome::Own, None);
        }
        if let (Some(bots), Some(agent)) = (&self.query.bots, &record.agent)
            && self.memo.is_bot(bots, agent)
        {
            return (Outcome::Bot, None);
        }
        (Outcome::Counted, Some(matched))
    }
}
