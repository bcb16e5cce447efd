//! One thread's part of a query: reads lines in the quickest way that is exact, and keeps a tally.

use std::io;

use crate::format::Format;
use crate::groups::Groups;
use crate::ledger::Outcome;
use crate::pattern::Prefilter;
use crate::query::{Classifier, Query};
use crate::record::Record;
use crate::scan::{Plain, Scanner, Visitor, without_ending};
use crate::simd::Kernel;
use crate::tally::Part;

use super::Job;
use super::lines::LineSink;
use super::rejects::{Buffer, Rejects};

/// The state of one thread.
#[derive(Debug)]
pub(super) struct Worker<'j> {
    /// Only for formats with a layout that the fast path reads.
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
    /// One worker of this number of threads.
    pub(super) fn new(job: &Job<'j>, threads: usize) -> Self {
        // Where paths are normalized, a line must be read before it is ruled out.
        let pattern = job.query.request.as_ref().filter(|_| job.query.normalization.is_identity());
        Self {
            scanner: job.format.layout().map(|layout| Scanner::new(Kernel::best(), layout)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Combined, Common, Layout, ParseError, by_name};
    use std::sync::atomic::AtomicU64;

    #[track_caller]
    fn takes_fast_path(format: &dyn Format) -> bool {
        let (query, progress) = (Query::default(), AtomicU64::new(0));
        let job = Job { query: &query, format, by: None, rejects: None, threads: None, progress: &progress };
        Worker::new(&job, 1).scanner.is_some()
    }

    /// Combined in all but its name, as a caller of the library may have it.
    #[derive(Debug)]
    struct Renamed;

    impl Format for Renamed {
        fn name(&self) -> &'static str {
            "mine"
        }

        fn layout(&self) -> Option<Layout> {
            Combined.layout()
        }

        fn parse<'a>(&self, line: &'a [u8]) -> Result<Record<'a>, ParseError> {
            Combined.parse(line)
        }
    }

    #[test]
    fn the_layout_chooses_the_fast_path_and_the_name_does_not() {
        assert!(takes_fast_path(&Combined) && takes_fast_path(&Common) && takes_fast_path(&Renamed));
        let head = r#"$remote_addr - $remote_user [$time_local] "$request" $status"#;
        let end = r#""$http_referer" "$http_user_agent""#;
        let of = |string: &str| by_name(string).unwrap();
        for string in [
            &format!("{head} $bytes_sent {end}"),
            &format!(r#"{head} $bytes_sent {end} "$proxy_add_x_forwarded_for""#),
            &format!("log_format main escape=default '{head} $bytes_sent ' '{end}';"),
            &format!("{head} $bytes_sent"),
            r#"%{c}a %l %u %t "%r" %s %b "%{referer}i" "%{user-agent}i""#,
            r#"LogFormat "%{c}a %l %u %t \"%r\" %s %B" short"#,
            r#"%h %l %u [%{%d/%b/%Y:%H:%M:%S %z}t] "%r" %>s %O"#,
        ] {
            let format = of(string);
            assert!(
                !["combined", "common"].contains(&format.name()) && takes_fast_path(&*format),
                "{string}"
            );
        }
        for string in [
            "vhost_combined",
            "json",
            "w3c",
            // Other fields, another order, another time, other texts between them, no escapes.
            &format!("{head} $bytes_sent {end} $request_time"),
            &format!(r#"{head} $bytes_sent "$http_user_agent" "$http_referer""#),
            &format!("{} $bytes_sent {end}", head.replace("time_local", "time_iso8601")),
            &format!("{head}  $bytes_sent {end}"),
            &format!("<{head} $bytes_sent {end}"),
            &format!("escape=none {head} $bytes_sent {end}"),
            &format!("escape=json {head} $bytes_sent {end}"),
        ] {
            assert!(!takes_fast_path(&*of(string)), "{string}");
        }
    }
}
