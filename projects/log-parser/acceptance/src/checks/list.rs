//! Level 2: a list of bots that the caller provides.

use proctor_harness::{Trial, Verdict};

use crate::ask::Ask;
use crate::line::Class::{Bot, Counted};
use crate::log::Log;
use crate::traffic::{PLAIN_BOTS, pick};

/// LP-2.10
pub(crate) fn substrings(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(150);
    log.put(40, Bot, "an agent that holds a line of the list", |record, rng| {
        record.agent(pick(
            rng,
            &["uptime-check/3.1 (+https://status.example)", "x uptime-check/3", "feed.fetch+ 1.0"],
        ))
    });
    log.put(20, Bot, "an agent that holds a line of the list in another case", |record, rng| {
        record.agent(pick(rng, &["UPTIME-CHECK/3.2", "Feed.Fetch+ (compatible)", "Link Preview 4"]))
    });
    log.put(20, Counted, "an agent that a line of the list fits only as a pattern", |record, rng| {
        record.agent(pick(rng, &["feed-fetchhh 2.0", "feedxfetch+ 1", "feed.fetch 7"]))
    });
    log.put(10, Counted, "an agent that holds only a word of a line of the list", |record, rng| {
        record.agent(pick(rng, &["preview 9", "link 9"]))
    });
    with_list(trial, &mut log, "uptime-check/3\nfeed.fetch+\nLINK preview\n")
}

/// LP-2.11
pub(crate) fn takes_the_place(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(100);
    log.put(20, Counted, "a well-known bot for its agent, which the list doesn't hold", |record, rng| {
        record.agent(pick(rng, PLAIN_BOTS))
    });
    log.put(20, Bot, "an agent that holds a line of the list", |record, _| record.agent("uptime-check/3.1"));
    with_list(trial, &mut log, "uptime-check\n")
}

/// LP-2.12
pub(crate) fn comments_and_blanks(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(100);
    log.put(10, Counted, "an agent that a comment of the list holds", |record, _| {
        record.agent("#keep-me/1.0")
    });
    log.put(10, Counted, "an agent that a comment of the list holds", |record, _| {
        record.agent("keep-me/1.0")
    });
    log.put(
        20,
        Bot,
        "an agent that holds a line of the list, but for the blanks around that",
        |record, rng| record.agent(pick(rng, &["uptime-check/3.1", "probe-7(x)", "pinger9"])),
    );
    let list =
        "#keep-me\n\n   \n  uptime-check\nprobe-7  \r\n\r\n\tpinger9\t\n  # Mozilla and what is like it\n#\n";
    with_list(trial, &mut log, list)
}

/// LP-2.13
pub(crate) fn empty(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(100);
    log.put(20, Counted, "a bot for its agent, and the list is empty", |record, rng| {
        record.agent(pick(rng, PLAIN_BOTS))
    });
    with_list(trial, &mut log, "")
}

fn with_list(trial: &mut Trial<'_>, log: &mut Log, list: &str) -> Verdict {
    trial.write("bots.list", list.as_bytes())?;
    Ask::about(log).flag("--exclude-bots").option("--bots", "bots.list").verdict(trial)
}
