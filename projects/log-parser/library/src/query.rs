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
use crate::record::{Record, Request};
use crate::request::Parts;

/// A question to a log.
#[derive(Debug, Default)]
pub struct Query {
    /// The request to count; all requests where it is `None`.
    pub request: Option<Pattern>,
    /// What else the request must be like.
    pub filters: Filters,
    /// How paths are made alike before they are compared or grouped. Patterns of paths need the same: see
    /// [`Query::alike`].
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

impl Query {
    /// The same query with its patterns made alike as the paths are that they are compared with.
    #[must_use]
    pub fn alike(mut self) -> Self {
        let normal = self.normal;
        self.request = self.request.map(|request| request.alike(normal));
        let paths = std::mem::take(&mut self.filters.paths);
        self.filters.paths = paths.into_iter().map(|path| path.alike(normal)).collect();
        self
    }

    /// The path of a request as this query compares it.
    #[must_use]
    pub fn path_of<'r>(&self, parts: &Parts<'r>) -> Cow<'r, [u8]> {
        let path = parts.path();
        if self.normal.is_nothing() { Cow::Borrowed(path) } else { self.normal.apply(path) }
    }

    /// What keeps a record from being the request that is asked for, if anything does.
    pub(crate) fn mismatch(&self, record: &Record<'_>) -> Option<Mismatch> {
        let Some(parts) = Parts::of(record) else { return Some(Mismatch::NoRequest) };
        if self.request.is_none() && self.filters.is_empty() {
            return None;
        }
        if self.request.as_ref().is_some_and(|pattern| !pattern.takes_method(parts.method)) {
            return Some(Mismatch::Method);
        }
        let path = self.path_of(&parts);
        if self.request.as_ref().is_some_and(|pattern| !pattern.takes_path(&path, self.normal)) {
            return Some(Mismatch::Path);
        }
        self.filters.missed(record, &parts, &path).map(Mismatch::Filter)
    }

    /// Is this the request that is asked for? The same as no mismatch, with a shorter way for most.
    pub(crate) fn is_asked_for(&self, record: &Record<'_>) -> bool {
        let plainly = match (&self.request, &record.request) {
            (Some(pattern), Request::Line(line)) if self.normal.is_nothing() => pattern.begins(line),
            _ => false,
        };
        if plainly && self.filters.is_empty() { true } else { self.mismatch(record).is_none() }
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

    /// What becomes of a good record.
    pub(crate) fn outcome(&mut self, record: &Record<'_>) -> Outcome {
        if !self.query.is_asked_for(record) {
            return Outcome::NotMatched;
        }
        if self.query.is_own(record) {
            return Outcome::Own;
        }
        match (&self.query.bots, &record.agent) {
            (Some(bots), Some(agent)) if self.memo.is_bot(bots, agent) => Outcome::Bot,
            _ => Outcome::Counted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_shorter_way_is_no_other_way(
            path in "/[a ]{0,3}( HTTP/1.1)?", line in "GET /?[a ?]{0,5}( HTTP/1.[01]){0,2}", same in any::<bool>(), rest in "(\\?[a ]{0,3})?( HTTP/1.1)?[ a]?",
        ) {
            let query = Query { request: Pattern::exact(format!("GET {path}").as_bytes()).ok(), ..Query::default() };
            let line = if same { format!("GET {path}{rest}") } else { line };
            let record = Record { request: Request::Line(line.as_bytes().into()), ..Record::default() };
            prop_assert_eq!(query.is_asked_for(&record), query.mismatch(&record).is_none(), "{}", line);
        }
    }
}
