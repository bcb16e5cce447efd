//! `top`, groups and ways to write an answer.

use crate::program::{run_with, small};

#[track_caller]
fn check(name: &str, arguments: &[&str]) {
    let run = run_with(arguments, small().as_bytes());
    assert_eq!((run.code, &*run.err), (Some(0), ""), "{arguments:?}");
    insta::assert_snapshot!(name, run.out);
}

#[test]
fn groups_are_tables_unless_told() {
    check("count_by_hour", &["count", "GET /a", "--by", "hour"]);
    check("count_by_client", &["count", "GET /a", "--by", "client", "--limit", "2"]);
    check("top_path", &["top", "path"]);
    check("top_agent_of_a_request", &["top", "agent", "--request", "GET /a", "--exclude-bots"]);
    check("top_hour_is_the_busiest_first", &["top", "hour", "--request", "GET /a", "--output", "csv"]);
    check("top_status_as_csv", &["top", "status", "--output", "csv"]);
    check("top_day_as_ndjson", &["top", "day", "--output", "ndjson"]);
    check("count_by_method_as_json", &["count", "* /a", "--pattern", "--by", "method", "--output", "json"]);
    check("count_as_json", &["count", "GET /a", "--output", "json"]);
}

#[test]
fn more_groups_than_fit_are_told_with_their_error() {
    let mut log = String::new();
    for number in 0..100_000 {
        let path = if number % 3 == 0 { "/busy".to_owned() } else { format!("/once/{number}") };
        log.push_str(&crate::program::line("203.0.113.7", 5, &format!("GET {path} HTTP/1.1"), 200, "x"));
    }
    let run = run_with(&["top", "path", "--limit", "1"], log.as_bytes());
    assert!(run.out.contains("/busy"), "{}", run.out);
    assert!(run.out.contains("short: only 65,536 groups are counted exactly"), "{}", run.out);
}

#[test]
fn no_time_is_a_bare_number() {
    let log = small().replace("20/Nov/2026", "31/Dec/9999").replacen("+0000", "-2359", 1);
    let run = run_with(&["count", "GET /a", "--by", "hour", "--output", "csv"], log.as_bytes());
    assert_eq!(run.out, "hour,count\n-,1\n9999-12-31T10:00:00Z,1\n9999-12-31T12:00:00Z,3\n");
}

#[test]
fn a_few_huge_keys_leave_the_others_as_they_are() {
    let request =
        |path: &str| crate::program::line("203.0.113.7", 5, &format!("GET {path} HTTP/1.1"), 200, "x");
    let mut log: String = (0..20).map(|at| request(&format!("/{at}")).repeat(1_000)).collect();
    for at in 0..9 {
        log.push_str(&request(&format!("/{}{at}", "x".repeat(1_000_000))));
    }
    let run =
        run_with(&["top", "path", "--threads", "1", "--limit", "30", "--output", "csv"], log.as_bytes());
    assert!(run.out.starts_with("path,count\n/0,1000\n"), "{:.200}", run.out);
    assert!(run.out.contains(&format!("\n/{}…,9\n", "x".repeat(4095))), "{:.200}", run.out);
}

#[test]
fn keys_print_in_one_way_each_and_nothing_obeys_them() {
    let agents = [&b"\xff\xfe"[..], br"\\xff\\xfe", b"\x1b[31m\x7f\xc2\x9b", "a\u{202e}b".as_bytes()];
    let mut log = Vec::new();
    for agent in agents {
        log.extend_from_slice(
            b"203.0.113.7 - - [20/Nov/2026:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 5 \"-\" \"",
        );
        log.extend_from_slice(agent);
        log.extend_from_slice(b"\"\n");
    }
    for how in ["csv", "json", "ndjson", "table"] {
        let out = run_with(&["top", "agent", "--output", how], &log).out;
        let backslash = if how.ends_with("json") { "\\\\" } else { "\\" };
        for key in ["\\xff\\xfe", "\\\\\\\\xff\\\\\\\\xfe", "\\u{1b}[31m\\u{7f}\\u{9b}", "a\\u{202e}b"] {
            let key = key.replace('\\', backslash);
            assert!(out.contains(&key), "{how} lacks {key}: {out}");
        }
        let bad = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
        assert!(!out.contains(bad), "{how}: {out:?}");
    }
}

#[test]
fn messages_obey_no_file_name() {
    let run = run_with(&["count", "GET /a", "/no/\u{1b}[31msuch\u{202e}log"], b"");
    assert!(run.err.contains("\\u{1b}[31msuch\\u{202e}log"), "{:?}", run.err);
}
