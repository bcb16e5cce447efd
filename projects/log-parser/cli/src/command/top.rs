//! `top`: the most frequent groups.

use std::io::Write;

use log_parser::GroupBy;

use super::run::{end, run as run_query};
use crate::args::{Output, Top};
use crate::error::CliError;
use crate::output::{Answer, write};

/// Counts in groups, and lists the largest.
pub(crate) fn run(top: &Top, output: &mut impl Write) -> Result<(), CliError> {
    let mut query = top.who.query(&top.which)?;
    query.request = top.request.as_deref().map(|request| super::request(request, false)).transpose()?;
    let query = query.normalized();
    let name = query.request.as_ref().map(ToString::to_string);
    let mut tally =
        run_query(&query, Some(GroupBy::from(top.by)), &top.sources, top.who.bots.as_deref(), top.ledger)?;
    // Hours and days come in order of time, and here the largest are wanted.
    if let Some(summary) = &mut tally.groups {
        summary.groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    }
    let answer = Answer { request: name.as_deref(), tally: &tally, limit: top.limit };
    let done = write(&answer, top.show.output.unwrap_or(Output::Table), output);
    end(done, top.ledger.then_some(&tally.ledger), output)
}
