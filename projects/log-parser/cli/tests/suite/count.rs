//! The contract's `count`.

use std::io::Read;
use std::process::Stdio;

use crate::program::{Folder, Run, line, program, run, run_with, small};

const QUERY: [&str; 6] = ["count", "GET /a", "--exclude-own", "192.0.2.0/24", "--exclude-bots", "--ledger"];
const LEDGER: &str = r#"{"lines":8,"counted":3,"not_matched":2,"own":1,"bot":1,"malformed":1}"#;

#[track_caller]
fn check(run: &Run, out: &str, err: &str) {
    assert_eq!((run.code, &*run.out, &*run.err), (Some(0), out, err));
}

#[test]
fn only_the_count_is_on_standard_output() {
    let folder = Folder::new();
    let log = folder.file("a.log", small());
    check(&run(&[&QUERY[..], &[&log]].concat()), "3\n", &format!("{LEDGER}\n"));
    check(&run(&["count", "GET /a", &log]), "5\n", "");
}

#[test]
fn files_streams_and_gz_add_up() {
    let folder = Folder::new();
    let log = folder.file("a.log", small());
    let mut packed = Vec::new();
    // Two members, one after the other, as log rotation leaves them.
    for part in [&small()[..300], &small()[300..]] {
        let mut encoder = flate2::read::GzEncoder::new(part.as_bytes(), flate2::Compression::fast());
        encoder.read_to_end(&mut packed).unwrap();
    }
    let gz = folder.file("a.log.1.gz", &packed);
    check(&run(&["count", "GET /a", &log, &gz, &log]), "15\n", "");
    check(&run_with(&["count", "GET /a"], small().as_bytes()), "5\n", "");
    check(&run_with(&["count", "GET /a", &gz, "-"], &packed), "10\n", "");
    let stdin = std::fs::File::open(&log).unwrap();
    check(&program(&["count", "GET /a"]).stdin(stdin).output().unwrap().into(), "5\n", "");
}

#[test]
fn no_lines_at_all_count_as_none() {
    let empty = r#"{"lines":0,"counted":0,"not_matched":0,"own":0,"bot":0,"malformed":0}"#;
    check(&run_with(&["count", "GET /a", "--ledger"], b""), "0\n", &format!("{empty}\n"));
    check(&run(&["count", "GET /a", "--ledger", "/dev/null"]), "0\n", &format!("{empty}\n"));
}

#[test]
fn a_proxy_is_asked_for_its_client_only_when_it_is_trusted() {
    let line = line("10.0.0.1", 0, "GET /a HTTP/1.1", 200, "x");
    let log = line.replace("\n", " \"198.51.100.1, 192.0.2.1, 10.0.0.2\"\n");
    let own = ["count", "GET /a", "--exclude-own", "192.0.2.0/24"];
    check(&run_with(&own, log.as_bytes()), "1\n", "");
    let trusting = [&own[..], &["--trusted-proxy", "10.0.0.0/8"]].concat();
    check(&run_with(&trusting, log.as_bytes()), "0\n", "");
}

#[test]
fn a_list_of_bots_takes_the_place_of_ours() {
    let folder = Folder::new();
    let list = folder.file("bots.txt", "# ours\n\n  FIREFOX \r\n");
    check(&run_with(&["count", "GET /a", "--bots", &list], small().as_bytes()), "1\n", "");
    let json = folder.file("bots.json", r#"[{"pattern":"Googlebot\\/","url":"u","instances":[]}]"#);
    check(&run_with(&["count", "GET /a", "--bots", &json], small().as_bytes()), "4\n", "");
}

#[test]
fn filters_and_patterns_narrow_the_count() {
    for (arguments, expected) in [
        (&["count", "GET /a", "--status", "2xx"][..], "4\n"),
        (&["count", "GET /a", "--status", "404,500-599"], "1\n"),
        (&["count", "GET /a", "--since", "2026-11-20T11:00Z"], "3\n"),
        (&["count", "GET /a", "--until", "2026-11-20T11:00"], "2\n"),
        (&["count", "GET /a", "--host", "example.com"], "1\n"),
        (&["count", "GET /users/:id", "--pattern"], "1\n"),
        (&["count", "GET /users/:id"], "0\n"),
        (&["count", "* /**", "--pattern", "--method", "HEAD"], "1\n"),
        (&["count", "GET /A/", "--ignore-case", "--ignore-trailing-slash"], "5\n"),
        (&["count", "GET /a", "--path", "/b"], "0\n"),
        (&["count", "* /a", "--pattern", "--method", "PUT, HEAD", "--status", "200, 500"], "1\n"),
        (&["count", "* /a", "--pattern", "--method", "head"], "0\n"),
        (&["count", "GET /a", "--host", "[2001:db8::7]"], "0\n"),
    ] {
        assert_eq!(run_with(arguments, small().as_bytes()).out, expected, "{arguments:?}");
    }
    let encoded = line("203.0.113.7", 0, "GET /%61 HTTP/1.1", 200, "x");
    assert_eq!(run_with(&["count", "GET /a"], encoded.as_bytes()).out, "0\n");
    assert_eq!(run_with(&["count", "GET /a", "--decode"], encoded.as_bytes()).out, "1\n");
}

#[test]
fn patterns_are_normalized_as_paths_are() {
    for (path, arguments) in [
        ("/Users/7", &["--pattern", "--ignore-case", "GET /Users/:id"][..]),
        ("/users/", &["--pattern", "--ignore-trailing-slash", "GET /users/"]),
        ("/%41", &["--decode", "--path", "/%41", "GET /A"]),
        ("/a%2fb", &["--decode", "--pattern", "GET /a%2Fb"]),
    ] {
        let log = line("203.0.113.7", 0, &format!("GET {path} HTTP/1.1"), 200, "x");
        let run = run_with(&[&["count"], arguments].concat(), log.as_bytes());
        assert_eq!(run.out, "1\n", "{path} by {arguments:?}: {}", run.err);
    }
}

#[test]
fn malformed_lines_are_kept_where_asked() {
    let folder = Folder::new();
    let rejects = folder.path("rejects");
    let log = format!("\nbroken \u{1}\r\n{}", small());
    let run = run_with(&["count", "GET /a", "--rejects", &rejects], log.as_bytes());
    check(&run, "5\n", "");
    let kept = std::fs::read_to_string(&rejects).unwrap();
    let broken = small().lines().last().unwrap().to_owned();
    assert_eq!(kept, format!("\nbroken \u{1}\n{broken}\n"));
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let mut child = program(&["count", "GET /a", "--output", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It answers only when its input ends, and by then nobody listens.
    drop(child.stdout.take());
    drop(child.stdin.take());
    let run: Run = child.wait_with_output().unwrap().into();
    check(&run, "", "");
}

#[test]
fn the_threads_do_not_change_the_answer() {
    let folder = Folder::new();
    let log = folder.file("a.log", small().repeat(20_000));
    for threads in ["1", "2", "7"] {
        let run = run(&[&QUERY[..], &["--threads", threads, &log]].concat());
        let ledger = r#"{"lines":160000,"counted":60000,"not_matched":40000,"own":20000,"bot":20000,"malformed":20000}"#;
        check(&run, "60000\n", &format!("{ledger}\n"));
    }
}

#[test]
fn other_formats_are_named_or_told_from_their_lines() {
    let json = concat!(
        r#"{"remote_addr":"203.0.113.7","request":"GET /a HTTP/1.1","status":"200","time_iso8601":"2026-11-20T10:05:03+00:00","http_user_agent":"x"}"#,
        "\n"
    );
    check(&run_with(&["count", "GET /a", "--format", "json"], json.as_bytes()), "1\n", "");
    check(&run_with(&["count", "GET /a", "--format", "auto"], json.as_bytes()), "1\n", "");
    check(&run_with(&["count", "GET /a", "--format", "auto"], small().as_bytes()), "5\n", "");
    let nginx = "203.0.113.7|GET /a HTTP/1.1|200\n";
    check(
        &run_with(&["count", "GET /a", "--format", "$remote_addr|$request|$status"], nginx.as_bytes()),
        "1\n",
        "",
    );
}
