//! Judges refusals of the environment: exit code 2, and one line on standard error that names the variable.

use proctor_harness::{Failure, Limit, Stop, Trial, Verdict};
use suite_kit::refusal;
use suite_kit::timeouts::REFUSAL_TIMEOUT;

use crate::environment;

/// Judges that each of these values is refused, with all other variables as they should be.
pub(crate) fn each_is_refused(trial: &Trial<'_>, values: &[(&str, &str)]) -> Verdict {
    refusal::each(values, |(name, value)| is_refused(trial, name, value, &[]))
}

/// Judges that a value is refused, beside these others.
pub(crate) fn is_refused(trial: &Trial<'_>, name: &str, value: &str, others: &[(&str, &str)]) -> Verdict {
    let address = trial.address()?.to_string();
    let all = [("LISTEN_ADDR", address.as_str())].into_iter().chain(others.iter().copied());
    let program = all
        .filter(|(other, _)| *other != name)
        .fold(environment::program(trial), |program, (other, value)| program.env(other, value));
    let case = format!("{name}={value:?}");
    let finished = program.env(name, value).deadline(REFUSAL_TIMEOUT).run();
    let finished = finished.map_err(|stop| explained(stop, &case))?;
    refusal::exits_with_2(&finished, &case)?;
    refusal::is_one_line_naming(&finished, name)
}

/// A program that runs on has taken the value: that is no hang.
fn explained(stop: Stop, case: &str) -> Stop {
    match stop {
        Stop::Failed(failure) if failure.limit == Some(Limit::Deadline) => {
            let expected = format!("exit code 2 for {case}");
            let actual = format!("it still ran after {} s", REFUSAL_TIMEOUT.as_secs());
            Failure { expected, actual, limit: None, ..*failure }.into()
        }
        other => other,
    }
}
