//! The common and the combined format, with the traps that real files hold.

use super::super::{Combined, Common, MAX_LINE};
use super::check;

const HEAD: &str = r#"198.51.100.23 - - [20/Nov/2026:10:05:03 +0000] "GET /cart HTTP/1.1" 200 5120"#;

#[test]
fn reads_every_field() {
    check(
        &Combined,
        r#"2001:db8::7 - ada [20/Nov/2026:10:05:03 +0100] "POST /api/v1/users?x=1 HTTP/2.0" 201 64 "https://shop.example/" "curl/8.5.0""#,
        &[
            "client=2001:db8::7",
            "user=ada",
            "time=clf 20/Nov/2026:10:05:03 +0100",
            "request=POST /api/v1/users?x=1 HTTP/2.0",
            "status=201",
            "bytes=64",
            "referer=https://shop.example/",
            "agent=curl/8.5.0",
        ],
    );
}

#[test]
fn takes_the_last_quoted_field_as_forwarded() {
    let line = |rest: &str| format!(r#"{HEAD} "-" "a"{rest}"#);
    let common = [
        "client=198.51.100.23",
        "time=clf 20/Nov/2026:10:05:03 +0000",
        "request=GET /cart HTTP/1.1",
        "status=200",
        "bytes=5120",
        "agent=a",
    ];
    let with = |forwarded| {
        let mut all = common.to_vec();
        all.insert(1, forwarded);
        all
    };
    check(&Combined, line(""), &common);
    check(&Combined, line(" 0.004 upstream"), &common);
    check(&Combined, line(r#" "203.0.113.9, 10.0.0.2""#), &with("forwarded=203.0.113.9, 10.0.0.2"));
    check(&Combined, line(r#" "TLSv1.3" 0.1 "203.0.113.9""#), &with("forwarded=203.0.113.9"));
    check(&Combined, line(r#" "203.0.113.9" "cut o"#), &with("forwarded=203.0.113.9"));
    check(&Combined, line(r#" "a\"b" x"#), &with(r#"forwarded=a\\"b"#));
    check(&Combined, line(r#" "-""#), &with("forwarded=-"));
}

#[test]
fn ends_a_quoted_field_at_a_quote_that_no_backslash_escapes() {
    let agent = |agent: &str| format!(r#"h - - [t] "x" 200 - "-" "{agent}""#);
    let expect = |value| ["client=h", "time=clf t", "request=x", "status=200", value];
    check(&Combined, agent(r#"a\"b"#), &expect(r#"agent=a\\"b"#));
    check(&Combined, agent(r"a\\"), &expect(r"agent=a\\\\"));
    check(&Combined, agent(r#"a\\\"b"#), &expect(r#"agent=a\\\\\\"b"#));
    check(&Combined, agent(r"a\x22b"), &expect(r"agent=a\\x22b"));
    check(&Combined, agent(r#"a\"#), &["the line is cut off: no end of the agent (byte 28)"]);
    check(&Combined, agent(""), &expect("agent="));
    check(&Combined, agent("-"), &expect("agent=-"));
}

#[test]
fn reads_what_is_not_text() {
    check(
        &Combined,
        b"h - \xe4 [t] \"\x16\x03\x01\x00\" 400 0 \"\xff\" \"\x00\r\"",
        &[
            "client=h",
            "user=\\xe4",
            "time=clf t",
            "request=\\x16\\x03\\x01\\x00",
            "status=400",
            "bytes=0",
            "referer=\\xff",
            "agent=\\x00\\r",
        ],
    );
}

#[test]
fn ends_the_user_where_the_time_begins() {
    check(
        &Combined,
        r#"h - Ada King [t] "x" 200 1 "-" "-""#,
        &["client=h", "user=Ada King", "time=clf t", "request=x", "status=200", "bytes=1", "agent=-"],
    );
    // Nor does a later bracket make good what the first one spoils.
    check(
        &Combined,
        r#"h - a [b [t] "x" 200 1 "-" "-""#,
        &["client=h", "user=a", "time=clf b [t", "request=x", "status=200", "bytes=1", "agent=-"],
    );
    check(
        &Combined,
        r#"h - a [b] c [t] "x" 200 1 "-" "-""#,
        &["expected the quote that opens the request (byte 10)"],
    );
    check(&Combined, r#"h -  [t] "x" 200 1 "-" "-""#, &["the user is empty (byte 4)"]);
}

#[test]
fn says_where_a_line_goes_wrong() {
    let table: &[(&str, &str)] = &[
        ("", "blank line (byte 0)"),
        (" ", "the client is empty (byte 0)"),
        ("h", "the line is cut off: no end of the client (byte 1)"),
        ("h - - [t", "the line is cut off: no end of the time (byte 8)"),
        (r#"h - - [] "x" 200 1 "-" "-""#, "the time is empty (byte 7)"),
        (r#"h - - [t] x" 200 1 "-" "-""#, "expected the quote that opens the request (byte 10)"),
        (r#"h - - [t] "x"200 1 "-" "-""#, "expected a space before the status (byte 13)"),
        (r#"h - - [t] "x" 20 1 "-" "-""#, "the status isn't three digits (byte 14)"),
        (r#"h - - [t] "x" - 1 "-" "-""#, "the status isn't three digits (byte 14)"),
        (
            r#"h - - [t] "x" 2000 1 "-" "-""#,
            "expected a space after the three digits of the status (byte 17)",
        ),
        (r#"h - - [t] "x" 200  "-" "-""#, "the size is neither digits nor \"-\" (byte 18)"),
        (r#"h - - [t] "x" 200 1k "-" "-""#, "expected the quote that opens the referer (byte 19)"),
        (r#"h - - [t] "x" 200 1"#, "expected the quote that opens the referer (byte 19)"),
        (r#"h - - [t] "x" 200 1 "-""#, "expected the quote that opens the agent (byte 23)"),
        (r#"h - - [t] "x" 200 1 "-" "a"#, "the line is cut off: no end of the agent (byte 26)"),
    ];
    for (line, expected) in table {
        check(&Combined, line, &[expected]);
    }
}

#[test]
fn takes_a_line_of_a_mebibyte_and_not_a_byte_more() {
    let line = |length: usize| {
        let mut line = format!(r#"{HEAD} "-" "agent""#).into_bytes();
        line.resize(length, b'x');
        line
    };
    assert!(super::super::Format::parse(&Combined, &line(MAX_LINE)).is_ok());
    check(&Combined, line(MAX_LINE + 1), &["longer than 1048576 bytes (byte 1048576)"]);
}

#[test]
fn holds_a_size_past_64_bits_at_their_end() {
    check(
        &Common,
        r#"h - - [t] "x" 200 99999999999999999999"#,
        &["client=h", "time=clf t", "request=x", "status=200", "bytes=18446744073709551615"],
    );
}

#[test]
fn reads_common_lines_whatever_follows() {
    let expected = [
        "client=198.51.100.23",
        "time=clf 20/Nov/2026:10:05:03 +0000",
        "request=GET /cart HTTP/1.1",
        "status=200",
        "bytes=5120",
    ];
    check(&Common, HEAD, &expected);
    check(&Common, format!(r#"{HEAD} "-" "a""#), &expected);
    check(&Common, format!("{HEAD}k"), &["expected a space or the end of the line after the size (byte 76)"]);
}
