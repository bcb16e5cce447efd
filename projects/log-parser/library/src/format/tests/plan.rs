//! Format strings of nginx and Apache.

use super::super::{FormatError, Plan};
use super::check;

const CLIENT: &str = "client=203.0.113.7";

#[track_caller]
fn nginx(string: &str, line: &str, expected: &[&str]) {
    check(&Plan::nginx(string).unwrap(), line, expected);
}

#[track_caller]
fn apache(string: &str, line: &str, expected: &[&str]) {
    check(&Plan::apache(string).unwrap(), line, expected);
}

#[test]
fn reads_a_whole_log_format_directive() {
    nginx(
        r#"log_format timed '$remote_addr - $remote_user [$time_local] '
                             '"$request" $status $body_bytes_sent "$http_referer" '
                             '"$http_user_agent" "$http_x_forwarded_for" rt=$request_time ut=$upstream_response_time';"#,
        r#"203.0.113.7 - ada [20/Nov/2026:10:05:03 +0000] "GET /a b HTTP/1.1" 200 12 "-" "Mozilla/5.0 \x22x\x22" "10.0.0.1" rt=0.250 ut=0.1, 0.2"#,
        &[
            CLIENT,
            "forwarded=10.0.0.1",
            "user=ada",
            "time=clf 20/Nov/2026:10:05:03 +0000",
            "request=GET /a b HTTP/1.1",
            "status=200",
            "bytes=12",
            "agent=Mozilla/5.0 \\\\x22x\\\\x22",
            "us=250000",
        ],
    );
}

#[test]
fn reads_variables_in_any_order() {
    nginx(
        r#"$time_iso8601|${host}|$request_method $request_uri|$status|$http_user_agent|$remote_addr"#,
        "2026-11-20T10:05:03+01:00|shop.example|GET /p/7?x=1|304|Mozilla/5.0 (X11)|203.0.113.7",
        &[
            CLIENT,
            "time=rfc3339 2026-11-20T10:05:03+01:00",
            "request=GET | /p/7?x=1",
            "status=304",
            "agent=Mozilla/5.0 (X11)",
            "host=shop.example",
        ],
    );
    nginx(
        "$msec\t$scheme://$host$request_uri\t$request_method\t$status",
        "1795169103.123\thttps://shop.example/p/7\tGET\t200",
        &["time=micros 1795169103123000", "request=GET | /p/7", "status=200", "host=shop.example"],
    );
    nginx(
        r#"$remote_addr $request_method $uri$is_args$args $status"#,
        "203.0.113.7 GET /p?x=1 200",
        &[CLIENT, "request=GET | /p?x=1", "status=200"],
    );
}

#[test]
fn undoes_the_escapes_of_the_configuration() {
    nginx(
        r#"log_format x '$remote_addr\t\'$request\' \"$status\" \\ $host';"#,
        "203.0.113.7\t'GET / HTTP/1.1' \"200\" \\ shop.example",
        &[CLIENT, "request=GET / HTTP/1.1", "status=200", "host=shop.example"],
    );
    apache(
        r#"LogFormat "%h\t\"%r\" \\ %>s" x"#,
        "203.0.113.7\t\"GET / HTTP/1.1\" \\ 200",
        &[CLIENT, "request=GET / HTTP/1.1", "status=200"],
    );
}

#[test]
fn prefers_what_says_more_among_variables_that_mean_the_same() {
    nginx(
        "$bytes_sent $body_bytes_sent $server_name $host $request",
        "700 512 _ shop.example GET / HTTP/1.1",
        &["request=GET / HTTP/1.1", "bytes=512", "host=shop.example"],
    );
}

#[test]
fn reads_a_request_without_quotes_up_to_its_protocol() {
    nginx(
        "$remote_addr $request $status",
        "203.0.113.7 GET /a b c HTTP/1.1 200",
        &[CLIENT, "request=GET /a b c HTTP/1.1", "status=200"],
    );
    nginx("$request $status", "- 400", &["status=400"]);
}

#[test]
fn reads_lists_and_times_that_hold_the_space_that_ends_them() {
    nginx(
        "$http_x_forwarded_for $upstream_addr $time_local $request $status",
        "198.51.100.1, 10.0.0.1 10.1.1.1:80, 10.1.1.2:80 20/Nov/2026:10:05:03 +0000 GET / HTTP/1.1 200",
        &[
            "forwarded=198.51.100.1, 10.0.0.1",
            "time=clf 20/Nov/2026:10:05:03 +0000",
            "request=GET / HTTP/1.1",
            "status=200",
        ],
    );
}

#[test]
fn unescapes_json_and_takes_nothing_for_a_missing_value() {
    let string = r#"log_format j escape=json '{"ip":"$remote_addr","r":"$request","s":$status,"t":$upstream_response_time,"a":"$http_user_agent"}';"#;
    nginx(
        string,
        r#"{"ip":"203.0.113.7","r":"GET /\"q\" HTTP/1.1","s":200,"t":,"a":"x\u0009\\y"}"#,
        &[CLIENT, "request=GET /\"q\" HTTP/1.1", "status=200", "agent=x\\t\\\\y"],
    );
    nginx(string, r#"{"ip":"","r":"","s":,"t":,"a":""}"#, &["agent="]);
}

#[test]
fn goes_by_the_whole_text_between_fields_where_nothing_is_escaped() {
    nginx(
        r#"escape=none "$request" "$http_user_agent" $status"#,
        r#""GET / HTTP/1.1" "say "hi", \" 200"#,
        &["request=GET / HTTP/1.1", "status=200", r#"agent=say "hi", \\"#],
    );
}

#[test]
fn says_where_a_line_leaves_the_string() {
    nginx(
        r#"$remote_addr "$request" $status"#,
        r#"h "GET / HTTP/1.1" 2x0"#,
        &["the status isn't three digits (byte 19)"],
    );
    nginx(
        r#"$remote_addr "$request" $status"#,
        r#"h "GET / HTTP/1.1"-200"#,
        &["expected the text that the format string has between its fields (byte 18)"],
    );
    nginx(
        r#"[$remote_addr] $request"#,
        "h",
        &["expected the text that the format string has between its fields (byte 0)"],
    );
    nginx(
        r#"$request [$host]"#,
        "GET / [h] more",
        &["expected the end of the line after the last field (byte 9)"],
    );
    nginx(
        r#"$host $request_method $request_uri x"#,
        "h GET /",
        &["the line is cut off: no end of the path (byte 7)"],
    );
}

#[test]
fn reads_a_whole_log_format_of_apache() {
    apache(
        r#"LogFormat "%{c}a %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" %D %{ms}T %{X-Forwarded-For}i %v" timed"#,
        r#"203.0.113.7 - ada [20/Nov/2026:10:05:03 +0000] "GET /say\"hi HTTP/1.1" 200 12 "-" "-" 1500 1 10.0.0.1, 10.0.0.2 shop.example"#,
        &[
            CLIENT,
            "forwarded=10.0.0.1, 10.0.0.2",
            "user=ada",
            "time=clf 20/Nov/2026:10:05:03 +0000",
            r#"request=GET /say\\"hi HTTP/1.1"#,
            "status=200",
            "bytes=12",
            "agent=-",
            "host=shop.example",
            "us=1500",
        ],
    );
}

#[test]
fn reads_the_times_of_apache() {
    let time =
        |string: &str, line: &str, expected: &str| apache(&format!("{string} %m %U"), line, &[expected]);
    time("%t", "[20/Nov/2026:10:05:03 +0000] - /", "time=clf 20/Nov/2026:10:05:03 +0000");
    time("%{%d/%b/%Y:%H:%M:%S %z}t", "20/Nov/2026:10:05:03 +0000 - /", "time=clf 20/Nov/2026:10:05:03 +0000");
    time("%{%Y-%m-%dT%H:%M:%S%z}t", "2026-11-20T10:05:03+0100 - /", "time=rfc3339 2026-11-20T10:05:03+0100");
    time("%{sec}t", "1795169103 - /", "time=micros 1795169103000000");
    time("%{begin:msec}t", "1795169103123 - /", "time=micros 1795169103123000");
    time("%{usec}t", "1795169103123456 - /", "time=micros 1795169103123456");
    time("%{%F %T}t", "2026-11-20 10:05:03 - /", "time=micros 1795169103000000");
    time("%{%d.%m.%Y %H:%M:%S %z}t", "20.11.2026 11:05:03 +0100 - /", "time=micros 1795169103000000");
    apache("%{%F}t %m %U", "yesterday - /", &[]);
}

#[test]
fn a_target_ends_before_its_protocol_and_not_at_its_first_space() {
    let three = "$request_method $request_uri $server_protocol";
    for (string, line, target) in [
        (three.to_owned(), "GET /a b HTTP/1.1", "/a b"),
        (three.to_owned(), "GET /a HTTP/1.1", "/a"),
        (three.to_owned(), "GET /a HTTP/1.0 HTTP/1.1", "/a HTTP/1.0"),
        (three.to_owned(), "GET /a b -", "/a b"),
        (format!("{three} $pipe"), "GET /a b HTTP/2.0 200", "/a b"),
        (format!("\"{three}\" $pipe"), "\"GET /a b HTTP/2.0\" 200", "/a b"),
        (format!("\"{three}\" $pipe"), "\"GET /a b \" 200", "/a b"),
    ] {
        nginx(&string, line, &[&format!("request=GET | {target}")]);
    }
    apache("%m %U%q %H %s", "GET /a b HTTP/1.1 200", &["request=GET | /a b", "status=200"]);
}

#[test]
fn joins_the_path_of_apache_with_its_query() {
    apache(
        "%m %U%q %H %s %T",
        "GET /p?x=1 HTTP/1.1 200 2",
        &["request=GET | /p?x=1", "status=200", "us=2000000"],
    );
    apache("%v%U%q %m 100%%", "shop.example/p?x=1 GET 100%", &["request=GET | /p?x=1", "host=shop.example"]);
}

#[test]
fn reads_over_what_apache_leaves_out_for_a_status() {
    apache(
        r#"%a %!200,304{Via}i %^ti "%r" %400,501{Referer}i %>s"#,
        r#"203.0.113.7 - - "GET / HTTP/1.0" - 200"#,
        &[CLIENT, "request=GET / HTTP/1.0", "status=200"],
    );
}

#[test]
fn points_at_the_place_in_a_string_that_cannot_be_read() {
    let nginx = |string: &str| Plan::nginx(string).unwrap_err().to_string();
    let apache = |string: &str| Plan::apache(string).unwrap_err().to_string();
    let table = [
        (
            nginx("$remote_addr$status"),
            "no text between $remote_addr and $status (byte 12): put a separator there, or the end of the first is unknown",
        ),
        (
            nginx("log_format x '$host' '$status';"),
            "no text between $host and $status (byte 22): put a separator there, or the end of the first is unknown",
        ),
        (
            nginx("$http_user_agent $request"),
            "$http_user_agent (byte 0) may contain spaces and only a space follows it: put it in quotes, or its end is unknown",
        ),
        (nginx("$request ${host"), "nothing closes ${ (byte 9)"),
        (nginx("$request $"), "no name follows '$' (byte 9)"),
        (
            nginx("log_format x escape=xml '$request';"),
            "unknown escape=xml (byte 20): expected default, json or none",
        ),
        (nginx("log_format x '$request;"), "nothing closes ' (byte 13)"),
        (nginx("$status"), "the format string has no request: expected $request, $request_uri, %r or %U"),
        (
            nginx("$remote_addr $request_uri $status"),
            "the format string has a path but no method: expected $request_method, $request, %m or %r",
        ),
        (
            apache("%h %U"),
            "the format string has a path but no method: expected $request_method, $request, %m or %r",
        ),
        (apache("%h %r %Z"), "unknown directive %Z (byte 6)"),
        (apache(r#"LogFormat "%h %r %Z" x"#), "unknown directive %Z (byte 17)"),
        (apache("%r %{Referer"), "nothing closes { (byte 4)"),
        (apache("%r %"), "no name follows '%' (byte 3)"),
        (apache("LogFormat \"%r %\" x"), "no name follows '%' (byte 14)"),
        (apache("LogFormat \"%r"), "nothing closes \" (byte 10)"),
        (apache("%r %ä"), "no name follows '%' (byte 3)"),
    ];
    for (said, expected) in table {
        assert_eq!(said, expected);
    }
    assert_eq!(Plan::apache("LogFormat").unwrap_err(), FormatError::NoRequest);
}
