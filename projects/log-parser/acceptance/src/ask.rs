//! Asks a solution about a log that was built to have one right answer.

mod smaller;

use std::iter;

use proctor_harness::{Finished, Invocation, Stop, Trial, Verdict};

use crate::judgement::{self, Difference};
use crate::line::{Class, Line, Tally};
use crate::log::Log;

/// One question about one log.
#[derive(Debug)]
pub(crate) struct Ask {
    method: &'static str,
    path: &'static str,
    lines: Vec<Line>,
    files: usize,
    before: Vec<String>,
    between: Vec<String>,
    after: Vec<String>,
    source: Source,
    newline: &'static str,
    last_newline: bool,
    ledger: bool,
    repeated: usize,
}

/// Where the program finds the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// In the files named.
    Files,
    /// On standard input, with no file named.
    Stdin,
    /// On standard input, named `-`.
    Dash,
    /// The first file by its name, the second on standard input.
    FileAndDash,
    /// The first on standard input, the second file by its name.
    DashAndFile,
}

impl Ask {
    /// How often the log holds the request that it was made for.
    pub(crate) fn about(log: &mut Log) -> Self {
        Self {
            method: log.method,
            path: log.path,
            lines: log.shuffled(),
            files: log.files(),
            before: Vec::new(),
            between: Vec::new(),
            after: Vec::new(),
            source: Source::Files,
            newline: "\n",
            last_newline: true,
            ledger: false,
            repeated: 1,
        }
    }

    /// Adds an option with its value.
    pub(crate) fn option(mut self, option: &str, value: &str) -> Self {
        self.before.extend([option.to_owned(), value.to_owned()]);
        self
    }

    /// Adds an option that takes no value.
    pub(crate) fn flag(mut self, flag: &str) -> Self {
        self.before.push(flag.to_owned());
        self
    }

    /// Adds an option that takes no value, between the request and the files.
    pub(crate) fn behind_the_request(mut self, flag: &str) -> Self {
        self.between.push(flag.to_owned());
        self
    }

    /// Adds an argument after the request and the files.
    pub(crate) fn at_the_end(mut self, argument: &str) -> Self {
        self.after.push(argument.to_owned());
        self
    }

    /// Asks for the ledger and judges it as well.
    pub(crate) fn with_ledger(mut self) -> Self {
        self.ledger = true;
        self.flag("--ledger")
    }

    /// Hands the log over in another way than in files.
    pub(crate) fn from(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    /// Ends every line with a carriage return and a newline.
    pub(crate) fn with_carriage_returns(mut self) -> Self {
        self.newline = "\r\n";
        self
    }

    /// Leaves out the very last newline, after a line that counts.
    pub(crate) fn without_last_newline(mut self) -> Self {
        self.last_newline = false;
        if let Some(counts) = self.lines.iter().rposition(|line| line.class == Class::Counted) {
            let last = self.lines.len() - 1;
            self.lines.swap(counts, last);
        }
        self
    }

    /// Leaves out the last newline of every file. Each ends with a line that doesn't count and begins with one that
    /// does, so that a program which joins them misses it, and one which loses last lines doesn't.
    pub(crate) fn with_files_that_end_inside_a_line(mut self) -> Self {
        self.last_newline = false;
        // Stable: of one file's lines those that count come first.
        self.lines.sort_by_key(|line| (line.file, line.class != Class::Counted));
        self
    }

    /// Asks once more about this number of copies of the log, one after the other.
    pub(crate) fn also_repeated(mut self, times: usize) -> Self {
        self.repeated = times;
        self
    }

    /// Asks, and judges the answer by what the log was built to give.
    pub(crate) fn verdict(self, trial: &mut Trial<'_>) -> Verdict {
        self.judge(trial, &self.lines)?;
        if let Some(lines) = self.without_what_should_not_count() {
            self.judge(trial, &lines)?;
        }
        if self.repeated > 1 { self.judge_repeated(trial) } else { Ok(()) }
    }

    /// Judges the answer about many copies of a log that went well: so long a log is no example for a person.
    fn judge_repeated(&self, trial: &Trial<'_>) -> Verdict {
        let lines: Vec<Line> = iter::repeat_n(&self.lines, self.repeated).flatten().cloned().collect();
        let Err((difference, finished)) = self.answer(trial, &lines)? else { return Ok(()) };
        let failure = difference.failure_without_input(finished);
        let (many, few) = (lines.len(), self.lines.len());
        Err(failure.note(format!("the log has {many} lines; its first {few} alone go well")).into())
    }

    /// The log without its special lines that should not count. In the whole log as many lines may be counted
    /// wrongly as are missed, and the two mistakes would hide each other.
    fn without_what_should_not_count(&self) -> Option<Vec<Line>> {
        let counts = |line: &&Line| line.class == Class::Counted;
        let (special, everyday): (Vec<&Line>, Vec<&Line>) =
            self.lines.iter().partition(|line| !line.has.is_empty());
        let both = special.iter().any(counts) && !special.iter().all(counts);
        both.then(|| everyday.into_iter().chain(special.into_iter().filter(counts)).cloned().collect())
    }

    /// Runs the program on these lines. How it ended, and what it printed, is for the caller to judge.
    pub(crate) fn run(&self, trial: &Trial<'_>, lines: &[Line]) -> Result<Finished, Stop> {
        self.prepare(trial, lines)?.run()
    }

    /// Runs the program on the whole log.
    pub(crate) fn run_whole(&self, trial: &Trial<'_>) -> Result<Finished, Stop> {
        self.run(trial, &self.lines)
    }

    /// Prepares a start on the whole log, for checks that change more about it.
    pub(crate) fn start<'t>(&self, trial: &'t Trial<'_>) -> Result<Invocation<'t>, Stop> {
        self.prepare(trial, &self.lines)
    }

    /// What the log was built to give.
    pub(crate) fn expected(&self) -> Tally {
        Tally::of(&self.lines)
    }

    /// The whole log, for a failure's text.
    pub(crate) fn input(&self) -> Vec<u8> {
        self.contents(&self.lines).concat()
    }

    fn answer(&self, trial: &Trial<'_>, lines: &[Line]) -> Result<Result<(), (Difference, Finished)>, Stop> {
        let finished = self.run(trial, lines)?;
        let compared = judgement::compare(&finished, &Tally::of(lines), self.ledger);
        Ok(compared.map_err(|difference| (difference, finished)))
    }

    fn prepare<'t>(&self, trial: &'t Trial<'_>, lines: &[Line]) -> Result<Invocation<'t>, Stop> {
        let request = format!("{} {}", self.method, self.path);
        let mut start =
            trial.program().arg("count").args(self.before.clone()).arg(request).args(self.between.clone());
        let mut contents = self.contents(lines);
        match self.source {
            Source::Files => {
                for (number, contents) in contents.iter().enumerate() {
                    let name =
                        if number == 0 { "access.log".to_owned() } else { format!("access.log.{number}") };
                    trial.write(&name, contents)?;
                    start = start.arg(name);
                }
            }
            Source::Stdin => start = start.stdin(contents.swap_remove(0)),
            Source::Dash => start = start.arg("-").stdin(contents.swap_remove(0)),
            Source::FileAndDash => {
                trial.write("access.log", &contents[0])?;
                start = start.args(["access.log", "-"]).stdin(contents.swap_remove(1));
            }
            Source::DashAndFile => {
                trial.write("access.log", &contents[1])?;
                start = start.args(["-", "access.log"]).stdin(contents.swap_remove(0));
            }
        }
        Ok(start.args(self.after.clone()))
    }

    /// The bytes of each file.
    fn contents(&self, lines: &[Line]) -> Vec<Vec<u8>> {
        let mut files = vec![Vec::new(); self.files];
        for line in lines {
            files[line.file].extend_from_slice(&line.bytes);
            files[line.file].extend_from_slice(self.newline.as_bytes());
        }
        if !self.last_newline {
            for file in &mut files {
                file.truncate(file.len().saturating_sub(self.newline.len()));
            }
        }
        files
    }
}
