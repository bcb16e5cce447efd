//! Messages of everything that can be mended: one line, exit code 2, nothing on standard output.

use crate::program::{Folder, run};

#[test]
fn each_says_what_where_and_what_to_do() {
    let folder = Folder::new();
    let (log, nul) = (folder.file("a.log", ""), folder.file("nul", "a\0b\n"));
    let missing = folder.path("missing");
    let cases: &[&[&str]] = &[
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
        &["count", "GET /a", "--format", "auto", &log],
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
