//! Level 3: the ledger, and the one class that each line gets.

use proctor_harness::{Trial, Verdict};

use crate::ask::Ask;
use crate::judgement::{failed, spoken, with_ending};
use crate::line::Class::{Bot, Malformed, NotMatched, Own};
use crate::line::Tally;
use crate::log::Log;
use crate::traffic::{PLAIN_BOTS, pick};

/// The range that these checks take for our own.
const OWN: &str = "10.0.0.0/8";

/// LP-3.1
pub(crate) fn one_line(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(300);
    log.put(30, Own, "our own address", |record, rng| record.client(format!("10.0.0.{}", rng.u8(..))));
    log.put(30, Bot, "a bot for its agent", |record, rng| record.agent(pick(rng, PLAIN_BOTS)));
    for _ in 0..30 {
        let record = log.matching();
        log.add_bytes(Malformed, "no request and nothing after it", record.head());
    }
    let mut ask = || Ask::about(&mut log).option("--exclude-own", OWN).flag("--exclude-bots");
    let asks = [ask().with_ledger(), ask().behind_the_request("--ledger"), ask().at_the_end("--ledger")];
    for ask in asks {
        let finished = ask.run_whole(trial)?;
        let said = finished.stderr.trim_ascii();
        if Tally::from_ledger(said) != Some(ask.expected()) || said.contains(&b'\n') {
            let expected = format!("one line on standard error: {}", ask.expected().ledger());
            let actual = with_ending(&finished, spoken("standard error", &finished.stderr));
            return Err(failed(expected, actual, finished).into());
        }
    }
    Ok(())
}

/// LP-3.2
pub(crate) fn first_class(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(150);
    log.put(20, Own, "our own address, and a bot for its agent", |record, rng| {
        record.client("10.0.0.5").agent(pick(rng, PLAIN_BOTS))
    });
    for _ in 0..20 {
        let agent = pick(&mut log.rng, PLAIN_BOTS);
        let own = log.elsewhere().client("10.0.0.5");
        log.add(NotMatched, "another request, and our own address", &own);
        let bot = log.elsewhere().agent(agent);
        log.add(NotMatched, "another request, and a bot for its agent", &bot);
        let cut = log.matching().client("10.0.0.5").head();
        log.add_bytes(Malformed, "our own address, and nothing after the time", cut);
    }
    Ask::about(&mut log).option("--exclude-own", OWN).flag("--exclude-bots").with_ledger().verdict(trial)
}

/// LP-3.3
pub(crate) fn empty_input(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    Ask::about(&mut log).with_ledger().verdict(trial)
}
