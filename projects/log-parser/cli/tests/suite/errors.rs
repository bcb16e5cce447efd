//! Messages of everything that the user can fix: one line, exit code 2, nothing on standard output.

use crate::program::{Folder, run, run_with, small};

#[test]
fn each_says_what_where_and_what_to_do() {
    let folder = Folder::new();
    let (log, nul) = (folder.file("a.log", small()), folder.file("nul", "a\0b\n"));
    let json = folder
        .file("b.log", r#"{"remote_addr":"a","request":"GET /a","time_iso8601":"2026-11-20T10:05:03Z"}"#);
    let missing = folder.path("missing");
    let cases: &[&[&str]] = &[
        &[],
        &["count"],
        &["count", "GET"],
        &["count", "GET a", &log],
        &["count", "G(T /a", &log],
        &["count", "GET /a?b", &log],
        &["count", "GET /a", &missing],
        &["count", "GET /a", &folder.path(".")],
        &["count", "GET /a", "--no-such", &log],
        &["count", "GET /a", "--exclude-own", "10.0.0.0/33", &log],
        &["count", "GET /a", "--exclude-own", "host.example", &log],
        &["count", "GET /a", "--trusted-proxy", "10.0.0.0/x", &log],
        &["count", "GET /a", "--bots", &missing, &log],
        &["count", "GET /a", "--bots", &nul, &log],
        &["count", "GET /a", "--format", "nonesuch", &log],
        &["count", "GET /a", "--format", "$remote_addr$status", &log],
        &["count", "GET /a", "--format", "$remote_addr $request_uri $status", &log],
        &["count", "GET /a", "--format", "auto", &nul],
        &["count", "GET /a", "--format", "auto", &log, &json],
        &["count", "GET /a", "--threads", "0", &log],
        &["count", "GET /a", "--status", "20", &log],
        &["count", "GET /a", "--path", "a", &log],
        &["count", "GET /a", "--since", "yesterday", &log],
        &["count", "GET /a", "--since", "2026-11-20T10:00[Europe/Berlin]", &log],
        &["count", "GET /a", "--since", "2026-11-20", "--until", "2026-11-20", &log],
        &["count", "GET /a", "--method", "GET,,PUT", &log],
        &["count", "GET /a", "--host", "example.com:8080", &log],
        &["count", "GET /a", "--host", "[::1]:80", &log],
        &["count", "GET /a", "--rejects", &log, &log],
        &["count", "GET /a", "--rejects", "/no/such/folder", &log],
        &["top", "colour", &log],
        &["generate", "--size", "5T"],
        &["generate", "--hostile", "2"],
    ];
    let mut told = String::new();
    for arguments in cases {
        let run = run(arguments);
        assert_eq!((run.code, &*run.out), (Some(2), ""), "{arguments:?}");
        assert_eq!(run.err.matches('\n').count(), 1, "{arguments:?}: {}", run.err);
        told.push_str(&run.err.replace(&folder.path(""), "FOLDER/"));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn help_and_version_are_answers() {
    for arguments in [&["--help"][..], &["--version"], &["count", "--help"]] {
        let run = run(arguments);
        assert_eq!((run.code, &*run.err), (Some(0), ""), "{arguments:?}");
        assert!(run.out.contains("log-parser") && !run.out.contains('\u{1b}'), "{}", run.out);
    }
    insta::assert_snapshot!("help", run(&["--help"]).out);
    insta::assert_snapshot!("help_of_count", run(&["count", "--help"]).out);
}

#[test]
fn a_log_in_another_format_is_told_but_not_beside_the_ledger() {
    let json = br#"{"remote_addr":"a","request":"GET /a","time_iso8601":"2026-11-20T10:05:03Z"}"#;
    let told = run_with(&["count", "GET /a"], json);
    assert_eq!((told.code, &*told.out), (Some(0), "0\n"));
    assert!(told.err.contains("--format auto") && told.err.matches('\n').count() == 1, "{}", told.err);
    let ledger = run_with(&["count", "GET /a", "--ledger"], json);
    assert!(ledger.err.starts_with('{') && ledger.err.matches('\n').count() == 1, "{}", ledger.err);
}

#[test]
fn an_empty_log_has_any_format() {
    let folder = Folder::new();
    let (log, empty) = (folder.file("a.log", small()), folder.file("empty", ""));
    for (logs, count) in [(&[&*empty][..], "0\n"), (&[&empty, &log], "5\n")] {
        let run = run(&[&["count", "GET /a", "--format", "auto"], logs].concat());
        assert_eq!((run.code, &*run.out, &*run.err), (Some(0), count, ""));
    }
}
