//! Sums up the output of a command that passed: the counts of tests, or the last line of a judge.

use std::time::Duration;

/// `passed, 12 s`, and what was counted.
#[must_use]
pub fn summary(output: &str, time: Duration) -> String {
    let mut words = format!("passed, {} s", time.as_secs());
    if let Some(counted) = tests(output).or_else(|| verdict(output)) {
        words.push_str(": ");
        words.push_str(&counted);
    }
    words
}

/// The sum of cargo's `test result:` lines.
fn tests(output: &str) -> Option<String> {
    let mut results = output.lines().filter_map(|line| line.trim().strip_prefix("test result: ")).peekable();
    results.peek()?;
    let (mut passed, mut ignored) = (0, 0);
    for result in results {
        for part in result.split([';', '.']).map(str::trim) {
            let count = |what: &str| part.strip_suffix(what).and_then(|n| n.trim().parse::<u32>().ok());
            passed += count("passed").unwrap_or(0);
            ignored += count("ignored").unwrap_or(0);
        }
    }
    let ignored = if ignored > 0 { format!(", {ignored} ignored") } else { String::new() };
    Some(format!("{passed} tests{ignored}"))
}

/// What proctor says of all levels, at the end.
fn verdict(output: &str) -> Option<String> {
    let reached = |line: &&str| line.starts_with("level ") && line.contains(" reached");
    output.lines().rev().map(str::trim).find(reached).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::summary;

    #[track_caller]
    fn check(output: &str, expected: &str) {
        assert_eq!(summary(output, Duration::from_secs(3)), expected);
    }

    #[test]
    fn adds_the_results_of_all_test_programs_up() {
        let one =
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\n";
        check(&format!("running 13 tests\n{one}\n{one}"), "passed, 3 s: 24 tests, 2 ignored");
    }

    #[test]
    fn takes_the_judges_last_word() {
        check(
            "level 1 of 2 reached, level 2 claimed\n\n",
            "passed, 3 s: level 1 of 2 reached, level 2 claimed",
        );
    }

    #[test]
    fn says_nothing_of_a_command_that_counts_nothing() {
        check("Compiling a\nFinished\n", "passed, 3 s");
    }
}
