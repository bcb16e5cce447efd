//! Reads lines and puts each into its class.

use std::io::{self, BufRead, Read};

use log_parser_acceptance::mutants::Defect;

use crate::question::Question;
use crate::record::{self, Record};
use crate::tally::Tally;
use crate::{Wrong, client, request};

/// How long a line may be.
const LIMIT: usize = 1_048_576;

/// Reads all lines of one file.
pub(crate) fn read(
    input: &mut dyn BufRead,
    question: &Question,
    wrong: Wrong,
    tally: &mut Tally,
) -> io::Result<()> {
    let limit = match wrong.0 {
        Some(Defect::LimitTooHigh) => 2 * LIMIT,
        Some(Defect::LimitTooLow) => LIMIT / 16,
        Some(Defect::LimitOffByOne) => LIMIT - 1,
        _ => LIMIT,
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        // Two more for a carriage return and the newline; a longer line is not taken into memory.
        let most = if wrong.is(Defect::LineInMemory) { u64::MAX } else { limit as u64 + 2 };
        input.take(most).read_until(b'\n', &mut line)?;
        let enough = match wrong.0 {
            Some(Defect::FirstThousand) => tally.lines() == 1000,
            Some(Defect::FirstFewThousand) => tally.lines() == 5000,
            _ => false,
        };
        if line.is_empty() || enough {
            return Ok(());
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        } else if line.len() as u64 == most {
            input.skip_until(b'\n')?;
        } else if wrong.is(Defect::LastLineLost) {
            return Ok(());
        }
        let with_return = line.len();
        if line.last() == Some(&b'\r') && !wrong.is(Defect::CarriageReturnKept) {
            line.pop();
        }
        let length = if wrong.is(Defect::LimitWithReturn) { with_return } else { line.len() };
        if length > limit {
            tally.malformed += 1;
            continue;
        }
        let ends_a_line = |byte: &u8| match byte {
            b'\r' => wrong.is(Defect::ReturnEndsALine),
            b'\x0c' => wrong.is(Defect::FormFeedEndsALine),
            _ => false,
        };
        for line in line.split(ends_a_line) {
            classify(line, question, wrong, tally);
        }
    }
}

/// Adds one line to the tally: to the first class that holds.
fn classify(line: &[u8], question: &Question, wrong: Wrong, tally: &mut Tally) {
    if line.is_empty() && wrong.is(Defect::BlankSkipped) {
        return;
    }
    let kept_return = wrong.is(Defect::CarriageReturnKept) && line.ends_with(b"\r");
    let Some(record) = (!kept_return).then_some(line).and_then(|line| Record::read(line, question, wrong))
    else {
        tally.malformed += 1;
        return;
    };
    if wrong.is(Defect::ForwardedRequired)
        && question.proxies.hold(record.client, wrong)
        && record::last_quoted(record.rest, wrong).is_none()
    {
        tally.malformed += 1;
        return;
    }
    let matches = request::is_the_one(record.request, question, wrong);
    let is_own = client::is_own(&record, question, wrong);
    let is_bot = question.bots.as_ref().is_some_and(|bots| bots.hold(record.agent, wrong));
    let own_first = is_own && wrong.is(Defect::OwnBeforeMatch);
    if !matches && !own_first {
        tally.not_matched += 1;
    } else if is_own && !(is_bot && wrong.is(Defect::BotBeforeOwn)) {
        tally.own += 1;
    } else if is_bot {
        tally.bot += 1;
    } else if wrong.is(Defect::OnlySuccess) && record.status != b"200" {
        tally.not_matched += 1;
    } else {
        tally.counted += 1;
    }
}
