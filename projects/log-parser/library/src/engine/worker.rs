//! One thread's part of a query: reads lines in the quickest way that is exact, and keeps a tally.

use std::io;

use crate::format::Format;
use crate::groups::Groups;
use crate::ledger::Outcome;
use crate::pattern::Prefilter;
use crate::query::{Classifier, Query};
use crate::record::Record;
use crate::scan::{Layout, Plain, Scanner, Visitor, without_ending};
use crate::simd::Kernel;
use crate::tally::Part;

use super::Job;
use super::lines::LineSink;
use super::rejects::{Buffer, Rejects};

/// The state of one thread.
#[derive(Debug)]
pub(super) struct Worker<'j> {
    /// Only for formats that have a fast way.
    scanner: Option<Scanner>,
    visit: Visit<'j>,
}

#[derive(Debug)]
struct Visit<'j> {
    query: &'j Query,
    format: &'j dyn Format,
    /// The format after a line that changed it.
    successor: Option<Box<dyn Format>>,
    prefilter: Option<Prefilter>,
    classifier: Classifier<'j>,
    part: Part,
    rejects: Option<Buffer<'j>>,
}

impl<'j> Worker<'j> {
    /// One of so many.
    pub(super) fn new(job: &Job<'j>, threads: usize) -> Self {
        let layout = match job.format.name() {
            "combined" => Some(Layout::Combined),
            "common" => Some(Layout::Common),
            _ => None,
        };
        // Where paths are normalized, a line must be read before it is ruled out.
        let pattern = job.query.request.as_ref().filter(|_| job.query.normalization.is_identity());
        Self {
            scanner: layout.map(|layout| Scanner::new(Kernel::best(), layout)),
            visit: Visit {
                query: job.query,
                format: job.format,
                successor: None,
                prefilter: pattern.and_then(Prefilter::new),
                classifier: Classifier::new(job.query),
                part: Part { groups: job.by.map(|by| Groups::one_of(threads, by)), ..Part::default() },
                rejects: job.rejects.map(Rejects::buffer),
            },
        }
    }

    /// What a line changed holds for its own source only.
    pub(super) fn end_of_source(&mut self) {
        self.visit.successor = None;
    }

    /// What this thread found, once all that it rejected is written.
    pub(super) fn finish(self) -> io::Result<Part> {
        let mut part = self.visit.part;
        if let Some(rejects) = self.visit.rejects {
            part.rejects_left_out = rejects.finish()?;
        }
        Ok(part)
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

    fn too_long(&mut self) {
        self.visit.part.ledger.enter(Outcome::Malformed);
        if let Some(rejects) = &mut self.visit.rejects {
            rejects.leave_out();
        }
    }
}

impl Visit<'_> {
    #[inline]
    fn record(&mut self, record: &Record<'_>) {
        let outcome = self.classifier.outcome(record);
        self.part.ledger.enter(outcome);
        if let (Some(groups), Outcome::Counted) = (&mut self.part.groups, outcome) {
            groups.enter(record, self.query);
        }
    }

    /// Apart from what is done for every line, which stays small that way.
    #[inline(never)]
    fn plain_record(&mut self, line: Plain<'_>) {
        self.record(&line.record());
    }

    fn malformed(&mut self, line: &[u8]) {
        self.part.ledger.enter(Outcome::Malformed);
        if let Some(rejects) = &mut self.rejects {
            rejects.keep(line);
        }
    }
}

impl Visitor for Visit<'_> {
    #[inline(always)]
    fn plain(&mut self, line: Plain<'_>) {
        if let Some(prefilter) = &self.prefilter
            && prefilter.rules_out(line.data, line.request())
        {
            self.part.ledger.enter(Outcome::NotMatched);
            return;
        }
        self.plain_record(line);
    }

    fn other(&mut self, line: &[u8]) {
        let before = self.successor.take();
        let format = before.as_deref().unwrap_or(self.format);
        match format.parse(line) {
            Ok(record) => self.record(&record),
            Err(_) => self.malformed(line),
        }
        let changed = if format.stateful() { format.successor(line) } else { None };
        self.successor = changed.or(before);
    }
}
