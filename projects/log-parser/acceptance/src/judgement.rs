//! Compares the output of a program with what the log was built to give.
//!
//! Lenient on purpose in all that other checks prove: a label before the count or an exit code of 1 fails the one
//! check that is about it, and not every check.

use proctor_harness::{Ending, Failure, Finished};

use crate::line::{Class, Line, Tally};

/// What may be wrong; while a failing log is made smaller, the kind stays the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It did not end as a program does that has an answer.
    Ending,
    /// No count could be read, or not this one.
    Count,
    /// No ledger could be read, or not this one.
    Ledger,
}

/// A difference between expected and actual.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) kind: Kind,
    expected: String,
    actual: String,
}

/// Compares an ended program with the classes that the lines were built to have.
pub(crate) fn compare(finished: &Finished, expected: &Tally, ledger: bool) -> Result<(), Difference> {
    compare_count(finished, expected.get(Class::Counted))?;
    if ledger && ledger_in(&finished.stderr) != Some(*expected) {
        return Err(Difference {
            kind: Kind::Ledger,
            expected: expected.ledger(),
            actual: with_ending(finished, spoken("standard error", &finished.stderr)),
        });
    }
    Ok(())
}

/// Compares an ended program with a count.
pub(crate) fn compare_count(finished: &Finished, count: u64) -> Result<(), Difference> {
    if !matches!(finished.ending, Ending::Exited(0 | 1)) {
        return Err(Difference {
            kind: Kind::Ending,
            expected: format!("the count {count}, exit code 0"),
            actual: ending(finished.ending),
        });
    }
    if count_in(&finished.stdout) != Some(count) {
        return Err(Difference {
            kind: Kind::Count,
            expected: format!("the count {count}"),
            actual: printed(finished),
        });
    }
    Ok(())
}

impl Difference {
    /// The failure of a log that is too long to be shown.
    pub(crate) fn failure_without_input(self, finished: Finished) -> Failure {
        failed(self.expected, self.actual, finished)
    }

    /// The failure that a person reads, for the smallest log that shows it.
    pub(crate) fn failure(self, finished: Finished, lines: &[Line], input: Vec<u8>) -> Failure {
        let failure = self.failure_without_input(finished).input(input);
        match note(lines) {
            Some(note) => failure.note(note),
            None => failure,
        }
    }
}

/// What should become of the one line of an example, or what is special about its lines; `None` where nothing is.
pub(crate) fn note(lines: &[Line]) -> Option<String> {
    if let [line] = lines {
        let must = match line.class {
            Class::Counted => "must be counted".to_owned(),
            class => format!("must not be counted ({})", class.name()),
        };
        return Some(match line.has {
            "" => format!("this line {must}"),
            has => format!("this line {must}: it has {has}"),
        });
    }
    let mut has: Vec<&str> = lines.iter().map(|line| line.has).filter(|has| !has.is_empty()).collect();
    has.sort_unstable();
    has.dedup();
    (!has.is_empty()).then(|| format!("among the lines: {}", has.join("; ")))
}

/// A failure with the program's command line and, where it complained, its complaint.
pub(crate) fn failed(expected: impl Into<String>, actual: impl Into<String>, finished: Finished) -> Failure {
    let failure = Failure::new(expected, actual).command(finished.command);
    if finished.stderr.is_empty() { failure } else { failure.stderr(finished.stderr) }
}

/// What standard output held, as a clause. An end without success comes first: it may be the reason.
pub(crate) fn printed(finished: &Finished) -> String {
    with_ending(finished, spoken("standard output", &finished.stdout))
}

/// A clause, after how the program ended where that was no success.
pub(crate) fn with_ending(finished: &Finished, clause: String) -> String {
    match finished.ending {
        Ending::Exited(0) => clause,
        other => format!("{}, {clause}", ending(other)),
    }
}

/// How a program ended, as a clause.
pub(crate) fn ending(ending: Ending) -> String {
    match ending {
        Ending::Exited(code) => format!("it ended with exit code {code}"),
        Ending::Signalled(signal) => format!("it was ended by signal {signal}"),
    }
}

/// What a stream held, as a clause, with its end left out where it is long.
pub(crate) fn spoken(stream: &str, bytes: &[u8]) -> String {
    const SHOWN: usize = 400;
    match bytes {
        [] => format!("{stream} is empty"),
        _ if bytes.len() > SHOWN => format!("{stream} is {:?}…", String::from_utf8_lossy(&bytes[..SHOWN])),
        _ => format!("{stream} is {:?}", String::from_utf8_lossy(bytes)),
    }
}

/// The last number that standard output holds.
pub(crate) fn count_in(stdout: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(stdout);
    text.rsplit(|c: char| !c.is_ascii_digit()).find(|word| !word.is_empty())?.parse().ok()
}

/// The ledger, wherever it is on standard error.
fn ledger_in(stderr: &[u8]) -> Option<Tally> {
    let start = stderr.iter().position(|&byte| byte == b'{')?;
    let end = stderr.iter().rposition(|&byte| byte == b'}')?;
    Tally::from_ledger(stderr.get(start..=end)?)
}

#[cfg(test)]
mod tests {
    use super::{count_in, ledger_in, note};
    use crate::line::{Class, Line};

    #[test]
    fn tells_what_should_become_of_a_line_not_what_did() {
        let note_of = |class, has| note(&[Line { bytes: Vec::new(), class, has, file: 0 }]);
        let said = note_of(Class::Counted, "another status than 200");
        assert_eq!(said.as_deref(), Some("this line must be counted: it has another status than 200"));
        let said = note_of(Class::Own, "our own address");
        assert_eq!(said.as_deref(), Some("this line must not be counted (own): it has our own address"));
    }

    #[test]
    fn finds_the_count_behind_a_label() {
        assert_eq!(count_in(b"412\n"), Some(412));
        assert_eq!(count_in(b"access.log: 412"), Some(412));
        assert_eq!(count_in(b"none\n"), None);
    }

    #[test]
    fn takes_no_ledger_whose_parts_do_not_sum_to_the_lines() {
        let good = br#"note {"lines":3,"counted":1,"not_matched":1,"own":0,"bot":1,"malformed":0}"#;
        let bad = br#"{"lines":4,"counted":1,"not_matched":1,"own":0,"bot":1,"malformed":0}"#;
        assert!(ledger_in(good).is_some());
        assert!(ledger_in(bad).is_none());
    }
}
