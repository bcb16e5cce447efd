//! Judges refusals: exit code 2, and one line on standard error that names what is refused. All bad cases are tried, and
//! those that weren't refused are shown in one failure, so that a person fixes them at once.

use proctor_harness::{Ending, Failure, Finished, Stop, Verdict};

/// Judges each case, and gives one failure for all that failed. What skips or interrupts a case ends them all. Without
/// `all` the first failure does too: who asks only whether a check fails need not wait for the others.
///
/// # Errors
///
/// The failure of the only case that failed as it is; of several the first, with what was expected and found in each.
pub fn each<T>(
    all: bool,
    cases: impl IntoIterator<Item = T>,
    mut judge: impl FnMut(T) -> Verdict,
) -> Verdict {
    let mut failures = Vec::new();
    for case in cases {
        match judge(case) {
            Ok(()) => {}
            Err(Stop::Failed(failure)) => failures.push(*failure),
            Err(stop) => return Err(stop),
        }
        if !all && !failures.is_empty() {
            break;
        }
    }
    let count = failures.len();
    let mut failures = failures.into_iter();
    match (failures.next(), count) {
        (None, _) => Ok(()),
        (Some(only), 1) => Err(only.into()),
        (Some(first), _) => Err(joined(first, failures).into()),
    }
}

/// One failure of several: the command of the first runs again.
fn joined(first: Failure, others: impl Iterator<Item = Failure>) -> Failure {
    let mut all = first.clone();
    for other in
        std::iter::once(first).chain(others).enumerate().map(|(number, failure)| (number + 1, failure))
    {
        let (number, failure) = other;
        let line = |text: &str| format!("\n{number}. {}", text.lines().next().unwrap_or_default());
        if number == 1 {
            (all.expected, all.actual) = (String::new(), String::new());
        }
        all.expected.push_str(&line(&failure.expected));
        all.actual.push_str(&line(&failure.actual));
    }
    all.expected = format!("each of these:{}", all.expected);
    all.actual = format!("these were not so:{}", all.actual);
    all
}

/// Judges that a program ended with exit code 2; `case` says what it had to refuse.
///
/// # Errors
///
/// The failure.
pub fn exits_with_2(finished: &Finished, case: &str) -> Verdict {
    if finished.ending == Ending::Exited(2) {
        return Ok(());
    }
    Err(finished.failure(format!("exit code 2 for {case}"), format!("it {}", finished.ending)).into())
}

/// Judges that standard error is one line which holds `name`.
///
/// # Errors
///
/// The failure.
pub fn is_one_line_naming(finished: &Finished, name: &str) -> Verdict {
    let said = String::from_utf8_lossy(&finished.stderr);
    let lines = said.lines().count();
    if lines == 1 && said.contains(name) {
        return Ok(());
    }
    let expected = format!("one line on standard error that names {name}");
    let actual = if lines == 1 { "a line that doesn't".to_owned() } else { format!("{lines} lines") };
    Err(finished.failure(expected, actual).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(failing: &[u8]) -> Verdict {
        each(true, [1, 2, 3], |case: u8| match failing.contains(&case) {
            true => {
                Err(Failure::new(format!("exit code 2 for {case}"), "exit code 0").command("run it").into())
            }
            false => Ok(()),
        })
    }

    #[test]
    fn all_bad_cases_are_in_one_failure() {
        let Err(Stop::Failed(failure)) = judged(&[1, 3]) else { panic!("two cases fail") };
        assert_eq!(failure.expected, "each of these:\n1. exit code 2 for 1\n2. exit code 2 for 3");
        assert_eq!(failure.actual, "these were not so:\n1. exit code 0\n2. exit code 0");
        assert_eq!(failure.command.as_deref(), Some("run it"));
    }

    #[test]
    fn the_only_bad_case_is_shown_as_it_is() {
        let Err(Stop::Failed(failure)) = judged(&[2]) else { panic!("one case fails") };
        assert_eq!(failure.expected, "exit code 2 for 2");
        assert!(judged(&[]).is_ok());
    }

    #[test]
    fn the_first_bad_case_is_enough_for_who_wants_no_more() {
        let mut judged = 0;
        let verdict = each(false, [1, 2, 3], |_| {
            judged += 1;
            Err(Failure::new("exit code 2", "exit code 0").into())
        });
        assert!(matches!(verdict, Err(Stop::Failed(_))));
        assert_eq!(judged, 1);
    }

    #[test]
    fn a_case_that_is_skipped_skips_all() {
        let skipped = each(true, [1, 2], |_| Err(Stop::Skipped("no room".to_owned())));
        assert!(matches!(skipped, Err(Stop::Skipped(_))));
    }
}
