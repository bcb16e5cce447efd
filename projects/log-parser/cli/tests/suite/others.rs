//! `explain`, `detect`, `formats` and `generate`.

use crate::program::{Folder, run, run_with, small};

const QUERY: [&str; 4] = ["--exclude-own", "192.0.2.0/24", "--exclude-bots", "--status=2xx"];

#[test]
fn explain_says_for_each_line_why() {
    let run = run_with(&[&["explain", "GET /a"], &QUERY[..]].concat(), small().as_bytes());
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    insta::assert_snapshot!(run.out);
}

#[test]
fn explain_takes_a_line_and_only_the_outcomes_asked_for() {
    let run =
        run(&["explain", "GET /a", "--only", "malformed", "--line", "x - - [now] \"GET /a", "--line", ""]);
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    insta::assert_snapshot!(run.out);
}

#[test]
fn explain_agrees_with_the_ledger() {
    let folder = Folder::new();
    let log = folder.path("log");
    assert_eq!(run(&["generate", "--lines", "3000", "--hostile", "0.3", "--to", &log]).code, Some(0));
    let query = ["POST /api/v1/users", "--exclude-own", "10.0.0.0/8", "--exclude-bots", &log];
    let counted = run(&[&["count", "--ledger"], &query[..]].concat());
    let ledger: serde_json::Value = serde_json::from_str(&counted.err).unwrap();
    for outcome in ["counted", "not_matched", "own", "bot", "malformed"] {
        let told = run(&[&["explain", "--only", outcome], &query[..]].concat());
        let lines = told.out.lines().filter(|line| line.contains(&format!(": {outcome}: "))).count();
        assert_eq!(ledger[outcome], lines, "{outcome}");
    }
}

#[test]
fn detect_names_the_format_and_why() {
    let run = run_with(&["detect"], small().as_bytes());
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    insta::assert_snapshot!(run.out);
}

#[test]
fn every_format_that_is_listed_can_be_named() {
    let list = run(&["formats"]).out;
    insta::assert_snapshot!(list);
    for name in list.lines().take_while(|line| !line.is_empty()) {
        let name = name.split_whitespace().next().unwrap();
        assert_eq!(run(&["count", "GET /a", "--format", name, "/dev/null"]).out, "0\n", "{name}");
    }
}

#[test]
fn a_generated_log_comes_with_the_truth_about_it() {
    let folder = Folder::new();
    let (log, truth) = (folder.path("log"), folder.path("truth"));
    let made = run(&[
        "generate",
        "--seed",
        "3",
        "--lines",
        "5000",
        "--hostile",
        "0.2",
        "--to",
        &log,
        "--truth",
        &truth,
    ]);
    assert_eq!((made.code, &*made.out, &*made.err), (Some(0), "", ""));
    let own = ["10.0.0.0/8", "192.168.0.0/16", "fd00::/8"].map(|range| ["--exclude-own", range]).concat();
    let counted =
        run(&[&["count", "POST /api/v1/users", "--exclude-bots", "--ledger", &log], &own[..]].concat());
    let ledger: serde_json::Value = serde_json::from_str(&counted.err).unwrap();
    let truth: serde_json::Value = serde_json::from_slice(&std::fs::read(&truth).unwrap()).unwrap();
    for part in ["lines", "counted", "not_matched", "own", "bot", "malformed"] {
        assert_eq!(ledger[part], truth[part], "{part}");
    }
    let again = run(&["generate", "--seed", "3", "--lines", "5000", "--hostile", "0.2", "--to", &log]);
    assert_eq!(again.code, Some(0));
}
