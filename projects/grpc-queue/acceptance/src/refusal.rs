//! Judges refusals of the environment: exit code 2, and one line on standard error that names the variable.

use std::cell::Cell;
use std::time::Duration;

use proctor_harness::{Failure, Limit, Stop, Trial, Verdict};
use suite_kit::refusal;
use suite_kit::timeouts::REFUSAL_TIMEOUT;

use crate::environment;

/// Time to refuse a value once another one wasn't refused: the check fails already.
const FURTHER_REFUSAL_TIMEOUT: Duration = Duration::from_secs(2);

/// Judges that each of these values is refused, with all other variables as they should be.
pub(crate) fn each_is_refused(trial: &Trial<'_>, values: &[(&str, &str)]) -> Verdict {
    each_is_refused_beside(trial, values, &[])
}

/// Judges that each of these values is refused, beside these others.
pub(crate) fn each_is_refused_beside(
    trial: &Trial<'_>,
    values: &[(&str, &str)],
    others: &[(&str, &str)],
) -> Verdict {
    // A server that took one value and ran on may take the others as well: no ten seconds for each of those.
    let within = Cell::new(REFUSAL_TIMEOUT);
    refusal::each(trial.shrinks(), values, |(name, value)| {
        let verdict = is_refused(trial, name, value, others, within.get());
        if verdict.is_err() {
            within.set(FURTHER_REFUSAL_TIMEOUT);
        }
        verdict
    })
}

fn is_refused(
    trial: &Trial<'_>,
    name: &str,
    value: &str,
    others: &[(&str, &str)],
    within: Duration,
) -> Verdict {
    let address = trial.address()?;
    let listens = address.to_string();
    let all = [("LISTEN_ADDR", listens.as_str())].into_iter().chain(others.iter().copied());
    let program = all
        .filter(|(other, _)| *other != name)
        .fold(environment::program(trial), |program, (other, value)| program.env(other, value));
    let case = format!("{name}={value:?}");
    let finished = program.env(name, value).deadline(within).run_unless_it_listens(address);
    let finished = finished.map_err(|stop| explained(stop, &case))?;
    refusal::exits_with_2(&finished, &case)?;
    refusal::is_one_line_naming(&finished, name)
}

/// A program that runs on has taken the value: that is no hang.
fn explained(stop: Stop, case: &str) -> Stop {
    match stop {
        Stop::Failed(failure) if failure.limit == Some(Limit::Deadline) => {
            Failure { expected: format!("exit code 2 for {case}"), limit: None, ..*failure }.into()
        }
        other => other,
    }
}
