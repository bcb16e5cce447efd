//! Results for machines, and the strictness of a build server.

use std::fs;
use std::process::Command;

use crate::fixture::Fixture;

const WRONG: &str = "awk '{ s += $0 } END { printf \"%d<\\001\\n\", s + 1 }'";

#[test]
fn json_is_versioned_and_whole() {
    let fixture = Fixture::new("echo 0", "");
    let file = fixture.solution().join("results.json");
    let said = fixture.run(&["--format", "json", "--results", file.to_str().unwrap()]);
    assert_eq!(said.code, Some(1));
    let printed: serde_json::Value = serde_json::from_str(&said.text).unwrap();
    let saved: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    assert_eq!(printed["version"], 2);
    assert_eq!(printed["checks"].as_array().unwrap().len(), 5);
    assert_eq!(saved["checks"][0]["status"], "failed");
    assert_eq!(saved["checks"][1]["status"], "passed");
    assert_eq!(saved["checks"][0]["requirement_text"], "It prints the sum of the numbers and a newline.");
    assert_eq!((&saved["level_claimed"], &saved["level_judged"]), (&2.into(), &2.into()));
    assert_eq!(saved["level_reached"], 0);
    assert_eq!(saved["holds"], false);
}

#[test]
fn junit_is_well_formed_even_when_a_program_prints_control_bytes() {
    let fixture = Fixture::new(WRONG, "");
    let said = fixture.run(&["--format", "junit", "--check", "no-lines"]);
    assert_eq!(said.code, Some(1));
    let times = regex::Regex::new("time=\"[0-9.]+\"").unwrap();
    insta::assert_snapshot!(times.replace_all(&said.text, "time=\"[time]\""));
}

#[test]
fn skipped_is_told_and_under_ci_needs_a_permit() {
    let fixture = Fixture::new("awk '/^[0-9]+$/ { s += $0 } END { print s + 0 }'", "");
    let said = fixture.run(&[]);
    assert_eq!(said.code, Some(0));
    assert!(said.text.contains("skipped: TOY_NUMBERS names no file"), "{}", said.text);
    let sentence = "level 1 of 2 reached, level 2 claimed, 1 check skipped\n";
    assert!(said.text.ends_with(sentence), "{}", said.text);
    let said = fixture.finish(fixture.command(&[]).env("CI", "true").spawn().unwrap());
    assert_eq!(said.code, Some(1));
    assert!(said.text.contains("expect it with --expect-skipped numbers-file"), "{}", said.text);
    assert!(said.text.ends_with(sentence), "{}", said.text);
    let permit = ["--expect-skipped", "numbers-file"];
    assert_eq!(fixture.finish(fixture.command(&permit).env("CI", "true").spawn().unwrap()).code, Some(0));
    let numbers = fixture.solution().join("numbers");
    fs::write(&numbers, "3\n4\n").unwrap();
    let said =
        fixture.finish(fixture.command(&[]).env("TOY_NUMBERS", numbers).env("CI", "true").spawn().unwrap());
    assert!(said.code == Some(0) && said.text.ends_with("level 2 of 2 reached\n"), "{}", said.text);
}

#[test]
fn a_kept_failure_can_be_run_by_hand() {
    let fixture = Fixture::new("echo \"$GREETING\"; cat", "env = { GREETING = \"it's\\u001b\" }\n");
    let kept = fixture.solution().join("kept here");
    let said = fixture.run(&["--check", "other-lines", "--keep", kept.to_str().unwrap()]);
    let command = "by hand       sh '[fixture]/solution/kept here/other-lines/run.sh'\n";
    assert!(said.code == Some(1) && said.text.contains(command), "{}", said.text);
    let output = Command::new("sh").arg(kept.join("other-lines/run.sh")).current_dir("/").output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.starts_with("it's\x1b\nx\n") && printed.ends_with("\n\x16\n"), "{printed:?}");
    // The smallest input that failed, not the one that was tried last.
    fixture.run(&["--check", "sum", "--keep", kept.to_str().unwrap()]);
    assert_eq!(fs::read_to_string(kept.join("sum/input")).unwrap(), "");
    let said = fixture.run(&["--check", "sum", "--keep", "/proc/nothing"]);
    assert!(said.code == Some(2) && said.text.contains("failed to keep the input in /proc/nothing/sum: "));
}

#[test]
fn a_solution_whose_language_is_not_installed_is_skipped_and_not_built() {
    let fixture = Fixture::new("echo 0", "needs = [\"sh\", \"no-such-language\"]\nbuild = [\"false\"]");
    let said = fixture.run(&[]);
    assert_eq!(said.code, Some(0), "{}", said.text);
    let reason = "the solution needs no-such-language, which isn't installed";
    assert!(said.text.contains(reason), "{}", said.text);
    assert!(said.text.contains("level 0 of 2 reached, level 2 claimed"), "{}", said.text);
    let said = fixture.finish(fixture.command(&[]).env("CI", "true").spawn().unwrap());
    assert_eq!(said.code, Some(1), "{}", said.text);
}
