//! Level 3: lines that are no records, and very long lines.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::time::Duration;

use proctor_harness::{Ending, Failure, Stop, Trial, Verdict};

use crate::ask::Ask;
use crate::judgement::{self, ending};
use crate::line::Class::{Counted, Malformed};
use crate::log::Log;
use crate::record::Record;
use crate::traffic::pick;

/// How long a line may be, without its newline and the carriage return before that.
const LIMIT: usize = 1_048_576;

/// How long the giant line is.
const GIANT: u64 = 512 << 20;

/// How long reading it may take: on a slow machine more than a start usually gets.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much memory the program may take meanwhile.
const MEMORY: u64 = 256 << 20;

/// LP-3.15
pub(crate) fn blank(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(150);
    for blank in ["", " ", "\t", "\r"] {
        for _ in 0..8 {
            log.add_bytes(Malformed, "nothing in it", blank.into());
        }
    }
    Ask::about(&mut log).with_ledger().verdict(trial)
}

/// LP-3.16
pub(crate) fn cut_off(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(150);
    for _ in 0..60 {
        let mut line = log.matching().line();
        // The agent's closing quote is the last byte: whatever is cut, that is missing.
        line.truncate(log.rng.usize(1..line.len()));
        log.add_bytes(Malformed, "its end cut off", line);
    }
    for field in ["identity", "time", "status", "size", "referer", "agent", "referer and agent"] {
        for _ in 0..8 {
            let line = without(&log.matching(), field);
            log.add_bytes(Malformed, "too few fields", line);
        }
    }
    // Two spaces around the user are the user's own.
    for before in ["client", "identity", "request", "status", "size", "referer", "agent"] {
        for _ in 0..4 {
            let line = with_gap(&log.matching(), before);
            log.add_bytes(Malformed, "a space too many between two fields, or at its start", line);
        }
    }
    for _ in 0..8 {
        let line = log.matching().user("").line();
        log.add_bytes(Malformed, "nothing for its user", line);
        let line = log.matching().time("").line();
        log.add_bytes(Malformed, "nothing for its time", line);
    }
    Ask::about(&mut log).with_ledger().verdict(trial)
}

/// LP-3.17
pub(crate) fn status_and_size(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(150);
    log.put(40, Malformed, "a status that isn't three digits", |record, rng| {
        record.status(pick(rng, &["-", "20", "2000", "2x0", "OK", "-200", "+20"]))
    });
    log.put(40, Malformed, "a size that is neither digits nor -", |record, rng| {
        record.size(pick(rng, &["12k", "-1", "--", "1.5", "0x1F", "+7"]))
    });
    log.put(20, Counted, "an unusual status and size", |record, rng| {
        record
            .status(pick(rng, &["000", "999", "304"]))
            .size(pick(rng, &["-", "0", "00", "98765432109876543210"]))
    });
    Ask::about(&mut log).with_ledger().verdict(trial)
}

/// LP-3.18
pub(crate) fn limit(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(60);
    let lengths = [
        (LIMIT - 1, "", Counted, "one byte less than the limit"),
        (LIMIT, "", Counted, "just as many bytes as the limit"),
        (LIMIT, "\r", Counted, "just as many bytes as the limit, and a carriage return"),
        (LIMIT + 1, "", Malformed, "one byte more than the limit"),
        (LIMIT + 70_000, "", Malformed, "more bytes than the limit"),
    ];
    for (length, end, class, has) in lengths {
        let record = log.matching().referer("");
        let padding = length - record.line().len();
        let mut line = record.referer("x".repeat(padding)).line();
        line.extend_from_slice(end.as_bytes());
        log.add_bytes(class, has, line);
    }
    Ask::about(&mut log).with_ledger().verdict(trial)
}

/// LP-3.19
pub(crate) fn giant(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(50);
    let ask = Ask::about(&mut log);
    let path = trial.write("access.log", &ask.input())?;
    // A hole in a file reads as zeros, and costs neither time nor disk to make.
    let made = OpenOptions::new().write(true).open(&path).and_then(|mut file| {
        file.seek(SeekFrom::End(i64::try_from(GIANT).unwrap_or(i64::MAX)))?;
        file.write_all(b"\n")?;
        file.write_all(&ask.input())
    });
    if let Err(error) = made {
        return Err(Stop::Skipped(format!("a file of half a gigabyte could not be made: {error}")));
    }
    let request = format!("{} {}", log.method, log.path);
    let start = trial.program().arg("count").arg(request).arg("access.log");
    let finished = start.memory(MEMORY).deadline(PATIENCE).run()?;
    let expected = 2 * ask.expected().get(Counted);
    judgement::compare_count(&finished, expected).map_err(|difference| {
        difference
            .failure_without_input(finished)
            .note("a line of half a gigabyte stands in the middle")
            .into()
    })
}

/// LP-3.20
pub(crate) fn exit_code(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(60);
    for _ in 0..20 {
        let head = log.matching().head();
        log.add_bytes(Malformed, "nothing after the time", head);
    }
    let finished = Ask::about(&mut log).run_whole(trial)?;
    if finished.ending == Ending::Exited(0) {
        return Ok(());
    }
    let failure = Failure::new("exit code 0", ending(finished.ending)).command(finished.command);
    Err(failure.stderr(finished.stderr).note("some of the lines are malformed").into())
}

/// The line of a record that lacks one of its fields, or two.
fn without(record: &Record, missing: &str) -> Vec<u8> {
    let fields: Vec<Vec<u8>> = fields(record)
        .into_iter()
        .filter(|(name, _)| !missing.contains(name))
        .map(|(_, field)| field)
        .collect();
    fields.join(&b' ')
}

/// The line of a record with a space too many before one of its fields.
fn with_gap(record: &Record, before: &str) -> Vec<u8> {
    let gap = |name| if name == before { &b" "[..] } else { b"" };
    let fields: Vec<Vec<u8>> =
        fields(record).into_iter().map(|(name, field)| [gap(name), &field].concat()).collect();
    fields.join(&b' ')
}

/// The fields with their names, in the order of the line.
fn fields(record: &Record) -> [(&'static str, Vec<u8>); 9] {
    let quoted = |field: &[u8]| [b"\"", field, b"\""].concat();
    [
        ("client", record.client.clone()),
        ("identity", b"-".to_vec()),
        ("user", record.user.clone()),
        ("time", [b"[", &record.time[..], b"]"].concat()),
        ("request", quoted(&record.request)),
        ("status", record.status.clone()),
        ("size", record.size.clone()),
        ("referer", quoted(&record.referer)),
        ("agent", quoted(&record.agent)),
    ]
}
