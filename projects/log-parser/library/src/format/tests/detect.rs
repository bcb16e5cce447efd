//! Formats detected by their first lines.

use super::super::detect;

#[track_caller]
fn check(lines: &[&str], expected: &str) {
    let sample = lines.join("\n");
    let detection = detect(sample.as_bytes());
    assert_eq!(detection.name, expected, "{:?}", detection.reasons);
    assert_eq!(detection.format.is_some(), expected != "unknown");
}

const COMMON: &str = r#"203.0.113.7 - - [20/Nov/2026:10:05:03 +0000] "GET / HTTP/1.1" 200 5120"#;
const COMBINED: &str =
    r#"203.0.113.7 - - [20/Nov/2026:10:05:03 +0000] "GET / HTTP/1.1" 200 5120 "-" "curl/8.5.0""#;
const COMBINED_IPV6: &str =
    r#"2001:db8::7 - ada [20/Nov/2026:10:05:03 +0000] "GET / HTTP/1.1" 200 - "-" "curl/8.5.0""#;

#[test]
fn named_fields_need_no_time_to_be_told() {
    check(&[r#"{"remote_addr":"1.2.3.4","request":"GET /a HTTP/1.1","status":200}"#], "json");
    check(&[r#"{"remote_addr":"1.2.3.4","status":200}"#], "unknown");
}

#[test]
fn tells_every_format_with_a_name() {
    check(&[COMMON, COMMON], "common");
    check(&[COMBINED, COMBINED_IPV6, COMMON], "combined");
    check(&[&format!("shop.example:443 {COMBINED}")], "vhost_combined");
    check(
        &[
            r#"{"ts":1795169103.5,"logger":"http.log.access","request":{"method":"GET","uri":"/"},"status":200}"#,
        ],
        "json",
    );
    check(
        &[
            r#"{"RequestMethod":"GET","RequestPath":"/","StartUTC":"2026-11-20T10:05:03Z","DownstreamStatus":200}"#,
        ],
        "json",
    );
    check(
        &[
            r#"{"time_local":"20/Nov/2026:10:05:03 +0000","request":"GET / HTTP/1.1","rt":,"remote_addr":"h"}"#,
        ],
        "json",
    );
    check(
        &[
            r#"http 2026-11-20T10:05:03Z app/a/1 203.0.113.7:2817 - -1 -1 -1 502 - 34 0 "GET http://a:80/ HTTP/1.1" "-" - -"#,
        ],
        "alb",
    );
    check(
        &[
            r#"2026-11-20T10:05:03Z shop 203.0.113.7:2817 10.0.0.1:80 0 0 0 200 200 0 29 "GET http://a:80/ HTTP/1.1" "-" - -"#,
        ],
        "elb",
    );
    check(
        &[
            r#"79a59df9 media [20/Nov/2026:10:05:03 +0000] 203.0.113.7 - 3E5 REST.GET.OBJECT a "GET /media/a HTTP/1.1" 200 - 1 1 7 1 "-" "-" - h"#,
        ],
        "s3",
    );
    check(&["#Fields: date time cs-method cs-uri-stem", "2026-11-20 10:05:03 GET /"], "w3c");
    check(
        &[
            "#Software: x",
            "#Fields: date time cs-method cs-uri-stem sc-substatus",
            "2026-11-20 10:05:03 GET / 0",
        ],
        "iis",
    );
    check(&["2026-11-20 10:05:03 10.0.0.9 GET / - 443 - 203.0.113.7 curl/8.5.0 - 200 0 0 46"], "iis");
    check(
        &["#Fields: date time x-edge-location cs-method cs-uri-stem", "2026-11-20\t10:05:03\tFRA\tGET\t/"],
        "cloudfront",
    );
}

#[test]
fn a_few_broken_lines_do_not_mislead() {
    let detection = detect([COMBINED, "", "\u{16}\u{3}", COMBINED, COMBINED, "cut"].join("\r\n").as_bytes());
    assert_eq!(detection.name, "combined");
    // The last line has no newline: it may still be growing.
    assert_eq!(
        detection.reasons,
        [
            "3 of 4 lines are records",
            "the agent is in quotes behind the referer",
            "next: common with 3 of 4",
            "the first that is no record: the line is cut off: no end of the client (byte 2)",
        ]
    );
    assert!((detection.confidence - 0.75).abs() < 1e-9);
}

#[test]
fn says_so_when_nothing_fits() {
    check(&[], "unknown");
    check(&[&COMBINED.replace("20/Nov/2026:", "yesterday ")], "unknown");
    check(&[COMBINED, "1", "2", "3", "4", "5"], "combined");
    check(&[COMBINED, "1", "2", "3", "4", "5", "6"], "unknown");
    check(&["To be, or not to be", "that is the question"], "unknown");
    assert_eq!(detect(b"").reasons, ["no line to go by"]);
    assert_eq!(
        detect(b"one\ntwo\n").reasons,
        ["no format reads more than 0 of 2 lines: name it, or give its format string"]
    );
}
