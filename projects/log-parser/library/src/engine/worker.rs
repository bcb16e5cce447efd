//! One thread's part of a query: reads lines in the quickest way that is exact, and keeps a tally.

use crate::format::Format;
use crate::ledger::Outcome;
use crate::pattern::Sieve;
use crate::query::Judge;
use crate::scan::{Layout, Plain, Scanner, Visitor, without_ending};
use crate::simd::Kernel;
use crate::tally::Tally;

use super::Job;
use super::lines::LineSink;

/// The state of one thread.
#[derive(Debug)]
pub(super) struct Worker<'j> {
    /// Only for formats that have a fast way.
    scanner: Option<Scanner>,
    visit: Visit<'j>,
}

#[derive(Debug)]
struct Visit<'j> {
    format: &'j dyn Format,
    /// The format after a line that changed it.
    successor: Option<Box<dyn Format>>,
    sieve: Option<Sieve>,
    judge: Judge<'j>,
    tally: Tally,
}

impl<'j> Worker<'j> {
    pub(super) fn new(job: &Job<'j>) -> Self {
        let layout = match job.format.name() {
            "combined" => Some(Layout::Combined),
            "common" => Some(Layout::Common),
            _ => None,
        };
        Self {
            scanner: layout.map(|layout| Scanner::new(Kernel::best(), layout)),
            visit: Visit {
                format: job.format,
                successor: None,
                sieve: job.query.request.as_ref().and_then(Sieve::new),
                judge: Judge::new(job.query),
                tally: Tally::default(),
            },
        }
    }

    /// What a line changed holds for its own source only.
    pub(super) fn end_of_source(&mut self) {
        self.visit.successor = None;
    }

    pub(super) fn into_tally(self) -> Tally {
        self.visit.tally
    }
}

impl LineSink for Worker<'_> {
    fn lines(&mut self, data: &[u8]) -> usize {
        match &mut self.scanner {
            Some(scanner) => scanner.lines(data, &mut self.visit),
            None => {
                let mut start = 0;
                for newline in memchr::memchr_iter(b'\n', data) {
                    self.visit.other(without_ending(&data[start..=newline]));
                    start = newline + 1;
                }
                start
            }
        }
    }

    fn too_long(&mut self, _start: &[u8]) {
        self.visit.tally.ledger.enter(Outcome::Malformed);
    }
}

impl Visitor for Visit<'_> {
    #[inline]
    fn plain(&mut self, line: &Plain<'_>) {
        if let Some(sieve) = &self.sieve
            && sieve.rules_out(line.data, line.request())
        {
            self.tally.ledger.enter(Outcome::NotMatched);
            return;
        }
        let outcome = self.judge.outcome(&line.record());
        self.tally.ledger.enter(outcome);
    }

    fn other(&mut self, line: &[u8]) {
        let format = self.successor.as_deref().unwrap_or(self.format);
        match format.parse(line) {
            Ok(record) => {
                let outcome = self.judge.outcome(&record);
                self.tally.ledger.enter(outcome);
            }
            Err(_) => self.tally.ledger.enter(Outcome::Malformed),
        }
        if format.stateful()
            && let Some(successor) = format.successor(line)
        {
            self.successor = Some(successor);
        }
    }
}
