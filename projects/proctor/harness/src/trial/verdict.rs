//! Words for a program that broke a limit: what was allowed, what it did, and a hint at the cause.

use std::time::Duration;

use crate::process::{Ended, Limits, Output, StopReason};
use crate::{Failure, Limit};

/// The failure of a run that did not end by itself.
pub(super) fn of(ended: &Ended, limits: &Limits) -> Failure {
    let mut failure = broken(&ended.how, limits);
    if !ended.stderr.is_empty() {
        failure = failure.stderr(ended.stderr.clone());
    }
    if matches!(ended.how, StopReason::Deadline) && failure.note.is_none() && ended.unread > 0 {
        failure = failure.note(format!("{} bytes of standard input were still unread", ended.unread));
    }
    failure
}

/// What a server did that no server may do, where it did: ended unasked, or broke a limit.
pub(super) fn of_server(how: &StopReason, limits: &Limits, allowed: Duration) -> Option<Failure> {
    match how {
        StopReason::Stopped | StopReason::Interrupted => None,
        StopReason::ByItself(ending) => {
            Some(Failure::new("a server that runs until it is told to end", format!("it {ending}")))
        }
        StopReason::Deadline => Some(
            Failure::new(format!("all that the check asks within {}", seconds(allowed)), "it took longer")
                .limit(Limit::Deadline),
        ),
        _ => Some(broken(how, limits)),
    }
}

fn broken(how: &StopReason, limits: &Limits) -> Failure {
    let mut failure = in_words(how, limits);
    failure.limit = limit(how);
    failure
}

fn limit(how: &StopReason) -> Option<Limit> {
    match how {
        StopReason::Deadline => Some(Limit::Deadline),
        StopReason::LeftBehind(..) | StopReason::Remains(..) => Some(Limit::LeftBehind),
        StopReason::Memory(_) => Some(Limit::Memory),
        StopReason::Disk(_) => Some(Limit::Disk),
        StopReason::Processes(_) => Some(Limit::Processes),
        StopReason::Flood(_) => Some(Limit::Output),
        StopReason::SupervisorLost => Some(Limit::Supervisor),
        StopReason::ByItself(_) | StopReason::Stopped | StopReason::Interrupted => None,
    }
}

fn in_words(how: &StopReason, limits: &Limits) -> Failure {
    match how {
        StopReason::Deadline => late(limits.deadline.div_f64(limits.stretched)),
        StopReason::LeftBehind(ending, left) => {
            let names: Vec<_> = left.iter().take(5).map(|process| process.name.as_str()).collect();
            let more = if left.len() > 5 { format!(" and {} more", left.len() - 5) } else { String::new() };
            Failure::new(
                "when the program ends, nothing that it started runs on",
                format!("it {ending} and left running: {}{more}", names.join(", ")),
            )
            .note("wait for the processes that you start; proctor has killed these")
        }
        StopReason::Remains(ending, left) => Failure::new(
            "when the program ends, nothing that it made stays",
            format!("it {ending} and left {}", left.join(", ")),
        )
        .note("proctor has removed it"),
        StopReason::Memory(used) => Failure::new(
            format!("at most {} of memory, all its processes together", bytes(limits.memory)),
            format!("it held {}", bytes(*used)),
        )
        .note("proctor ended it; does it read the whole input before it begins?"),
        StopReason::Disk(used) => Failure::new(
            format!("at most {} of files in its folder", bytes(limits.disk)),
            format!("they took {}", bytes(*used)),
        )
        .note("the input of the check counts too"),
        StopReason::Processes(count) => Failure::new(
            format!("at most {} processes at a time", limits.processes),
            format!("there were {count}"),
        )
        .note("proctor ended them all"),
        StopReason::Flood(output) => Failure::new(
            format!("at most {} on {}", bytes(limits.output as u64), name(*output)),
            "it wrote more, and proctor ended it",
        ),
        StopReason::SupervisorLost => Failure::new(
            "the program leaves proctor's processes alone",
            "proctor's supervisor, the parent of the program, was killed",
        ),
        // None of them is a broken limit; nobody asks for their words.
        StopReason::ByItself(ending) => Failure::new("", ending.to_string()),
        StopReason::Stopped => Failure::new("", "told to end"),
        StopReason::Interrupted => Failure::new("", "interrupted"),
    }
}

/// The failure of a program that had no time left.
pub(super) fn late(deadline: Duration) -> Failure {
    Failure::new(format!("an end within {}", seconds(deadline)), "it still ran then, and proctor ended it")
        .limit(Limit::Deadline)
}

fn name(output: Output) -> &'static str {
    match output {
        Output::Stdout => "standard output",
        Output::Stderr => "standard error",
    }
}

/// "10.0 s".
pub(super) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn bytes(count: u64) -> String {
    match count {
        0..1024 => format!("{count} bytes"),
        1024..1_048_576 => format!("{} KiB", count >> 10),
        _ => format!("{} MiB", count >> 20),
    }
}
