//! `count`: how many instances of one request there are.

use std::io::Write;

use log_parser::GroupBy;

use super::run::{end, run as run_query};
use crate::args::{Count, Output};
use crate::error::CliError;
use crate::output::{Answer, write};

/// Counts, and writes the count; more only where it is asked for.
pub(crate) fn run(count: &Count, output: &mut impl Write) -> Result<(), CliError> {
    let mut query = count.who.query(&count.which)?;
    let request = super::request(&count.request, count.pattern)?;
    let name = request.to_string();
    query.request = Some(request);
    let query = query.normalized();
    let tally = run_query(
        &query,
        count.by.map(GroupBy::from),
        &count.sources,
        count.who.bots.as_deref(),
        count.ledger,
    )?;
    let how = count.show.output.or_else(|| count.by.map(|_| Output::Table));
    let done = match how {
        None => writeln!(output, "{}", tally.ledger.counted),
        Some(how) => {
            let limit = count.limit.unwrap_or(usize::MAX);
            write(&Answer { request: Some(&name), tally: &tally, limit }, how, output)
        }
    };
    end(done, count.ledger.then_some(&tally.ledger), output)
}
