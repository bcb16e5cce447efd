//! Level 2: bots by the program's own list, and the people who must stay.

use proctor_harness::{Trial, Verdict};

use crate::ask::Ask;
use crate::line::Class::{Bot, Counted};
use crate::log::Log;
use crate::traffic::{BOTS, DESKTOP_BROWSERS, PLAIN_BOTS, pick};

/// LP-2.7
pub(crate) fn are_left_out(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(200);
    for agent in BOTS {
        log.put(6, Bot, "a bot for its agent", |record, _| record.agent(*agent));
    }
    Ask::about(&mut log).flag("--exclude-bots").verdict(trial)
}

/// LP-2.8
pub(crate) fn browsers_are_kept(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(60);
    for agent in DESKTOP_BROWSERS {
        log.put(8, Counted, "a desktop browser for its agent", |record, _| record.agent(*agent));
    }
    log.put(20, Bot, "a bot for its agent", |record, rng| record.agent(pick(rng, PLAIN_BOTS)));
    Ask::about(&mut log).flag("--exclude-bots").verdict(trial)
}

/// LP-2.9
pub(crate) fn nobody_else(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(100);
    log.put(20, Counted, "a bot for its agent, and bots weren't to be left out", |record, rng| {
        record.agent(pick(rng, PLAIN_BOTS))
    });
    log.put(20, Counted, "a private address, and nobody's address was to be left out", |record, rng| {
        record.client(pick(rng, &["127.0.0.1", "10.0.0.7", "192.168.1.1"]))
    });
    Ask::about(&mut log).verdict(trial)
}
