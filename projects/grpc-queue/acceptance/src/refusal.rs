//! Judges refusals of the environment: exit code 2, and one line on standard error that names the variable.

use std::time::Duration;

use proctor_harness::{Ending, Failure, Stop, Trial, Verdict};

use crate::environment;

/// A program that takes the value runs on as a server; so long it may take to start, and so to refuse one.
const WITHIN: Duration = Duration::from_secs(10);

/// Judges that each of these values is refused, with all other variables as they should be.
pub(crate) fn each_is_refused(trial: &Trial<'_>, values: &[(&str, &str)]) -> Verdict {
    values.iter().try_for_each(|(name, value)| is_refused(trial, name, value, &[]))
}

/// Judges that a value is refused, beside these others.
pub(crate) fn is_refused(trial: &Trial<'_>, name: &str, value: &str, others: &[(&str, &str)]) -> Verdict {
    let address = trial.address()?.to_string();
    let all = [("LISTEN_ADDR", address.as_str())].into_iter().chain(others.iter().copied());
    let program = all
        .filter(|(other, _)| *other != name)
        .fold(environment::program(trial), |program, (other, value)| program.env(other, value));
    let finished =
        program.env(name, value).deadline(WITHIN).run().map_err(|stop| explained(stop, name, value))?;
    let said = String::from_utf8_lossy(&finished.stderr).into_owned();
    if finished.ending != Ending::Exited(2) {
        let actual = format!("it {}", finished.ending);
        return Err(finished.failure(format!("exit code 2 for {name}={value:?}"), actual).into());
    }
    let lines = said.lines().count();
    if lines != 1 || !said.contains(name) {
        let expected = format!("one line on standard error that names {name}");
        let actual = if lines == 1 { "a line that doesn't".to_owned() } else { format!("{lines} lines") };
        return Err(finished.failure(expected, actual).into());
    }
    Ok(())
}

/// A program that runs on has taken the value: that is no hang.
fn explained(stop: Stop, name: &str, value: &str) -> Stop {
    match stop {
        Stop::Failed(failure) if failure.limit == Some(proctor_harness::Limit::Deadline) => {
            let expected = format!("exit code 2 for {name}={value:?}");
            let actual = format!("it still ran after {} s", WITHIN.as_secs());
            Failure { expected, actual, limit: None, ..*failure }.into()
        }
        other => other,
    }
}
