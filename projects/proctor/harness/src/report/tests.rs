//! What is flaky, and cases and files of one failure, in the forms for machines.

use super::*;
use crate::{Exercise, Level};

static TOY: Exercise = Exercise {
    name: "toy",
    title: "",
    brief: "",
    levels: &[Level { number: 1, title: "one" }],
    checks: &[],
    needs: &[],
};

fn report(results: [Judged; 2]) -> Report {
    let outcome = |(name, result)| {
        let check = Check::new(name, "TO-1.1", Duration::ZERO, |_| Ok(()));
        Outcome::new(&check, result, Duration::ZERO)
    };
    Report {
        exercise: "toy",
        solution: ".".to_owned(),
        seed: 7,
        claimed: 1,
        judged: 1,
        levels: 1,
        outcomes: ["one", "two"].into_iter().zip(results).map(outcome).collect(),
        elapsed: Duration::ZERO,
        single: false,
    }
}

fn failed() -> Judged {
    let more = Failure::new("more", "less").command("b");
    let failure = Failure::new("this", "that").file("agents.txt", "a\nb\n").file("empty", "");
    Judged::Failed(Box::new(Failure { also: vec![more], ..failure }))
}

#[test]
fn a_check_that_ended_otherwise_before_is_told_as_flaky_in_every_form() {
    let again = report([Judged::Passed, Judged::Passed]).after(&report([failed(), Judged::Passed]));
    assert_eq!(again.flaky(), ["one"]);
    assert_eq!(again.sentence(), "level 1 of 1 reached, 1 check flaky");
    let json: serde_json::Value = serde_json::from_str(&json::json(&TOY, &again)).unwrap();
    assert_eq!(json["checks"][0]["status"], "passed");
    assert_eq!(json["checks"][0]["flaky"]["status"], "failed");
    assert_eq!(json["checks"][0]["flaky"]["failure"]["expected"], "this");
    assert!(json["checks"][1].get("flaky").is_none());
    let junit = junit::junit(&TOY, &again);
    assert_eq!(junit.matches("<flakyFailure message=\"it failed the time before\"/>").count(), 1, "{junit}");
}

#[test]
fn files_and_further_cases_are_told_each_by_itself() {
    let report = report([failed(), Judged::Passed]);
    let json: serde_json::Value = serde_json::from_str(&json::json(&TOY, &report)).unwrap();
    let failure = &json["checks"][0]["failure"];
    assert_eq!(failure["files"][0]["name"], "agents.txt");
    assert_eq!(failure["files"][0]["text"], "a\nb");
    assert_eq!(failure["files"][1]["bytes"], 0);
    assert_eq!(failure["also"][0]["actual"], "less");
    let junit = junit::junit(&TOY, &report);
    assert!(
        junit.contains("file agents.txt: 2 lines, 4 bytes&#10;a&#10;b&#10;file empty: nothing"),
        "{junit}"
    );
    assert!(junit.contains("also wrong: expected more, actual less&#10;command: b"), "{junit}");
}
