//! Brief and suite say the same.

use std::fs;
use std::process::Command;

use log_parser_acceptance::EXERCISE;
use log_parser_acceptance::mutants::Defect;

#[test]
fn brief_suite_mutants_hints_guide_and_container_hold_together() {
    suite_kit::hold(&EXERCISE, Defect::TABLE);
}

#[test]
fn examples_of_the_brief_give_what_the_brief_says() {
    let folder = tempfile::tempdir().unwrap();
    let log = blocks("log").next().unwrap();
    // The last line of the example is cut off, and a file ends with a newline all the same.
    fs::write(folder.path().join("access.log"), log).unwrap();
    let mut examples = 0;
    for block in blocks("console") {
        let commands: Vec<&str> = block.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
        let expected: Vec<&str> =
            block.lines().filter(|line| !line.starts_with("$ ")).filter(is_answer).collect();
        let mutant = env!("CARGO_BIN_EXE_log-parser-mutant");
        // A dash can't be in the name of a function.
        let commands_of_mutant = commands.join("\n").replace("log-parser count", "mutant count");
        let script = format!("mutant() {{ '{mutant}' \"$@\"; }}\n{commands_of_mutant}");
        let script = format!("exec 2>&1\n{script}");
        let output = Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(said.lines().filter(is_answer).collect::<Vec<_>>(), expected);
        examples += commands.len();
    }
    assert_eq!(examples, 5);
}

/// Refusals have words of their own in each program.
fn is_answer(line: &&str) -> bool {
    !line.starts_with("log-parser")
}

/// The brief's code blocks in one language.
fn blocks(language: &str) -> impl Iterator<Item = &'static str> {
    let fence = format!("```{language}\n");
    let parts: Vec<&str> = EXERCISE.brief.split(&fence).skip(1).collect();
    parts.into_iter().map(|part| part.split_once("```").unwrap().0)
}
