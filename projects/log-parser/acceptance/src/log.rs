//! A log under construction: every line goes in together with the class that it was built to have.

use fastrand::Rng;
use proctor_harness::Trial;

use crate::line::{Class, Line};
use crate::record::Record;
use crate::traffic;

/// A log, and the request that will be asked of it.
#[derive(Debug)]
pub(crate) struct Log {
    /// The check's own randomness.
    pub(crate) rng: Rng,
    /// The method asked for.
    pub(crate) method: &'static str,
    /// The path asked for.
    pub(crate) path: &'static str,
    lines: Vec<Line>,
    file: usize,
}

impl Log {
    /// An empty log, of which one of the usual endpoints will be asked.
    pub(crate) fn new(trial: &mut Trial<'_>) -> Self {
        let mut rng = trial.rng().fork();
        let method = traffic::pick(&mut rng, &["GET", "POST", "PUT"]);
        let path = traffic::pick(&mut rng, traffic::ENDPOINTS);
        Self { rng, method, path, lines: Vec::new(), file: 0 }
    }

    /// An empty log, of which this request will be asked.
    pub(crate) fn asking(trial: &mut Trial<'_>, method: &'static str, path: &'static str) -> Self {
        Self { method, path, ..Self::new(trial) }
    }

    /// A record of the request asked for, by a stranger with a browser: it counts, whatever the options.
    pub(crate) fn matching(&mut self) -> Record {
        let rng = &mut self.rng;
        let protocol = traffic::pick(rng, &["HTTP/1.1", "HTTP/1.1", "HTTP/2.0", "HTTP/1.0"]);
        Record {
            client: traffic::stranger(rng).into(),
            user: traffic::pick(rng, &["-", "-", "-", "alice", "b.okafor"]).into(),
            time: traffic::time(rng).into(),
            request: format!("{} {} {protocol}", self.method, self.path).into(),
            status: "200".into(),
            size: rng.u32(2..90_000).to_string().into(),
            referer: traffic::pick(rng, &["-", "https://shop.example/", "https://news.example/item?id=7"])
                .into(),
            agent: traffic::pick(rng, traffic::PEOPLE).into(),
            rest: Vec::new(),
        }
    }

    /// A record of another request, by a stranger with a browser.
    pub(crate) fn elsewhere(&mut self) -> Record {
        let record = self.matching();
        let method = traffic::pick(&mut self.rng, &["GET", "GET", "GET", "HEAD", "POST", "OPTIONS"]);
        let target = traffic::pick(&mut self.rng, traffic::ELSEWHERE);
        let status = traffic::pick(&mut self.rng, &["200", "200", "301", "404", "500"]);
        record.asks(method, target).status(status)
    }

    /// Adds everyday lines: about half of them count, the others are of other requests.
    pub(crate) fn everyday(&mut self, lines: usize) {
        for number in 0..lines {
            // The first counts in any case, so that the right answer is never zero by chance.
            if number == 0 || self.rng.bool() {
                let record = self.matching();
                self.add(Class::Counted, "", &record);
            } else {
                let record = self.elsewhere();
                self.add(Class::NotMatched, "", &record);
            }
        }
    }

    /// Adds a record of this class. `has` ends the sentence "this line has …".
    pub(crate) fn add(&mut self, class: Class, has: &'static str, record: &Record) {
        self.add_bytes(class, has, record.line());
    }

    /// Adds a line of this class that is no record, or not just one.
    pub(crate) fn add_bytes(&mut self, class: Class, has: &'static str, bytes: Vec<u8>) {
        self.lines.push(Line { bytes, class, has, file: self.file });
    }

    /// Adds several lines, each from a record that would count, changed by `change`.
    pub(crate) fn put(
        &mut self,
        times: usize,
        class: Class,
        has: &'static str,
        mut change: impl FnMut(Record, &mut Rng) -> Record,
    ) {
        for _ in 0..times {
            let record = self.matching();
            let record = change(record, &mut self.rng);
            self.add(class, has, &record);
        }
    }

    /// Lines added from now on go to the next file.
    pub(crate) fn next_file(&mut self) {
        self.file += 1;
    }

    /// How many files the log has.
    pub(crate) fn files(&self) -> usize {
        self.file + 1
    }

    /// The lines, shuffled.
    pub(crate) fn shuffled(&mut self) -> Vec<Line> {
        let mut lines = self.lines.clone();
        self.rng.shuffle(&mut lines);
        lines
    }
}
