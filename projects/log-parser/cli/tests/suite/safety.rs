//! Files that a run writes never take the place of those that it reads.

use std::fs::{self, File};

use crate::program::{Folder, program, run, run_with, small};

/// A refusal: one line, exit code 2, and every file as it was.
#[track_caller]
fn check(run: &crate::program::Run, words: &str) {
    assert_eq!((run.code, &*run.out), (Some(2), ""), "{run:?}");
    assert!(run.err.contains(words) && run.err.matches('\n').count() == 1, "{}", run.err);
}

#[test]
fn rejects_never_take_the_place_of_a_log_whatever_its_name() {
    let folder = Folder::new();
    let log = folder.file("a.log", small());
    let (linked, symbolic) = (folder.path("hard"), folder.path("soft"));
    fs::hard_link(&log, &linked).unwrap();
    std::os::unix::fs::symlink(&log, &symbolic).unwrap();
    for name in [&log, &linked, &symbolic] {
        check(&run(&["count", "GET /a", "--rejects", name, &log]), "one of the logs");
        for arguments in
            [&["count", "GET /a", "--rejects", name][..], &["top", "path", "--rejects", name, "-"]]
        {
            let redirected = program(arguments).stdin(File::open(&log).unwrap()).output().unwrap();
            check(&redirected.into(), "one of the logs");
        }
    }
    assert_eq!(fs::read_to_string(&log).unwrap(), small());
}

#[test]
fn rejects_never_take_the_place_of_the_list_of_bots() {
    let folder = Folder::new();
    let (log, bots) = (folder.file("a.log", small()), folder.file("bots", "firefox\n"));
    check(&run(&["count", "GET /a", "--bots", &bots, "--rejects", &bots, &log]), "the list of bots");
    assert_eq!(fs::read_to_string(&bots).unwrap(), "firefox\n");
}

#[test]
fn rejects_stay_as_they_are_until_everything_else_is_good() {
    let folder = Folder::new();
    let (log, kept) = (folder.file("a.log", small()), folder.file("kept", "from yesterday\n"));
    let missing = folder.path("missing");
    for wrong in [&[&*missing][..], &["--format", "nonesuch"], &["--bots", &missing], &["--status", "x"]] {
        let arguments = [&["count", "GET /a", "--rejects", &kept, &log], wrong].concat();
        assert_eq!(run(&arguments).code, Some(2), "{arguments:?}");
        assert_eq!(fs::read_to_string(&kept).unwrap(), "from yesterday\n", "{arguments:?}");
    }
    assert_eq!(run(&["count", "GET /a", "--rejects", &kept, &log]).out, "5\n");
    assert_eq!(fs::read_to_string(&kept).unwrap().lines().count(), 1);
}

#[test]
fn rejects_have_no_place_on_standard_output() {
    check(&run_with(&["count", "GET /a", "--rejects", "-"], b""), "expected a file");
    assert!(!std::path::Path::new("-").exists());
}

#[test]
fn the_truth_never_overwrites_the_log() {
    let folder = Folder::new();
    let log = folder.file("a.log", small());
    check(&run(&["generate", "--to", &log, "--truth", &log]), "the log itself");
    let onto = fs::OpenOptions::new().write(true).open(&log).unwrap();
    check(&program(&["generate", "--truth", &log]).stdout(onto).output().unwrap().into(), "the log itself");
    assert_eq!(fs::read_to_string(&log).unwrap(), small());
}

#[test]
fn the_count_is_told_where_the_ledger_cannot_be() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let folder = Folder::new();
    let log = folder.file("a.log", small());
    let mut child = program(&["count", "GET /a", "--ledger"]);
    let run: crate::program::Run =
        child.stdin(File::open(&log).unwrap()).stderr(full).output().unwrap().into();
    assert_eq!((run.code, &*run.out), (Some(2), "5\n"));
    let (reader, gone) = std::io::pipe().unwrap();
    drop(reader);
    let run: crate::program::Run =
        program(&["count", "GET /a", "--ledger", &log]).stderr(gone).output().unwrap().into();
    assert_eq!((run.code, &*run.out), (Some(0), "5\n"));
}

#[test]
fn the_ledger_is_told_where_the_count_cannot_be() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run: crate::program::Run =
        program(&["count", "GET /a", "--ledger", "/dev/null"]).stdout(full).output().unwrap().into();
    assert!(run.code == Some(2) && run.err.starts_with("{\"lines\":0"), "{run:?}");
}
