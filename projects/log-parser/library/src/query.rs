//! What is asked of a log, and what becomes of each record by it.

use std::borrow::Cow;

use crate::agent_cache::AgentCache;
use crate::bots::Bots;
use crate::client::Client;
use crate::filter::{FailedFilter, Filters};
use crate::ledger::Outcome;
use crate::net::Ranges;
use crate::path::Normalization;
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
    /// How paths are normalized before they are compared or grouped. Patterns of paths need the same: see
    /// [`Query::normalized`].
    pub normalization: Normalization,
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
    Filter(FailedFilter),
}

impl Query {
    /// The same query with its patterns normalized like the paths that they are compared with.
    #[must_use]
    pub fn normalized(mut self) -> Self {
        let normalization = self.normalization;
        self.request = self.request.map(|request| request.normalized(normalization));
        let paths = std::mem::take(&mut self.filters.paths);
        self.filters.paths = paths.into_iter().map(|path| path.normalized(normalization)).collect();
        self
    }

    /// The path of a request as this query compares it.
    #[must_use]
    pub fn path_of<'r>(&self, parts: &Parts<'r>) -> Cow<'r, [u8]> {
        let path = parts.path();
        if self.normalization.is_identity() { Cow::Borrowed(path) } else { self.normalization.apply(path) }
    }

    /// What keeps a record from being the request that is asked for, if anything does.
    pub(crate) fn mismatch(&self, record: &Record<'_>) -> Option<Mismatch> {
        let Some(parts) = Parts::of(record) else { return Some(Mismatch::NoRequest) };
        if self.request.is_none() && self.filters.is_empty() {
            return None;
        }
        if self.request.as_ref().is_some_and(|pattern| !pattern.matches_method(parts.method)) {
            return Some(Mismatch::Method);
        }
        let path = self.path_of(&parts);
        if self.request.as_ref().is_some_and(|pattern| !pattern.matches_path(&path, self.normalization)) {
            return Some(Mismatch::Path);
        }
        self.filters.first_failed(record, &parts, &path).map(Mismatch::Filter)
    }

    /// Is this the request that is asked for? The same as no mismatch, with a shorter way for most.
    pub(crate) fn matches(&self, record: &Record<'_>) -> bool {
        let plainly = match (&self.request, &record.request) {
            (Some(pattern), Request::Line(line)) if self.normalization.is_identity() => pattern.begins(line),
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
pub(crate) struct Classifier<'q> {
    query: &'q Query,
    cache: AgentCache,
}

impl<'q> Classifier<'q> {
    pub(crate) fn new(query: &'q Query) -> Self {
        Self { query, cache: AgentCache::new() }
    }

    /// What becomes of a good record.
    pub(crate) fn outcome(&mut self, record: &Record<'_>) -> Outcome {
        if !self.query.matches(record) {
            return Outcome::NotMatched;
        }
        if self.query.is_own(record) {
            return Outcome::Own;
        }
        match (&self.query.bots, &record.agent) {
            (Some(bots), Some(agent)) if self.cache.is_bot(bots, agent) => Outcome::Bot,
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
        fn the_shortcut_agrees_with_the_full_comparison(
            path in "/[a ]{0,3}( HTTP/1.1)?", line in "GET /?[a ?]{0,5}( HTTP/1.[01]){0,2}", same in any::<bool>(), rest in "(\\?[a ]{0,3})?( HTTP/1.1)?[ a]?",
        ) {
            let query = Query { request: Pattern::exact(format!("GET {path}").as_bytes()).ok(), ..Query::default() };
            let line = if same { format!("GET {path}{rest}") } else { line };
            let record = Record { request: Request::Line(line.as_bytes().into()), ..Record::default() };
            prop_assert_eq!(query.matches(&record), query.mismatch(&record).is_none(), "{}", line);
        }
    }
}
