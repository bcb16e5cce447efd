//! JSON lines of nginx, Caddy and Traefik, with what their servers get wrong.

use super::super::Json;
use super::check;

#[test]
fn reads_nginx_variables() {
    check(
        &Json,
        r#"{ "time_local": "20/Nov/2026:10:05:03 +0000", "remote_addr": "203.0.113.7", "remote_user": "", "request": "GET /p/7?x=\"1\" HTTP/1.1", "status": "200", "body_bytes_sent": 512, "request_time": "0.012", "http_referer": "-", "http_user_agent": "curl\/8.5.0", "http_x_forwarded_for": "198.51.100.9", "host": "shop.example" }"#,
        &[
            "client=203.0.113.7",
            "forwarded=198.51.100.9",
            "time=clf 20/Nov/2026:10:05:03 +0000",
            "request=GET /p/7?x=\"1\" HTTP/1.1",
            "status=200",
            "bytes=512",
            "agent=curl/8.5.0",
            "host=shop.example",
            "us=12000",
        ],
    );
}

#[test]
fn forgives_what_nginx_writes_without_json_escaping() {
    check(
        &Json,
        r#"{"msec":1795169103.5,"remote_addr":"203.0.113.7","request_method":"GET","request_uri":"/\x22q\x5C\xE4","status":499,"upstream_response_time":,"rt":0.1, 0.2,"ut":-,"http_user_agent":"a\x20b",}"#,
        &[
            "client=203.0.113.7",
            "time=micros 1795169103500000",
            "request=GET | /\"q\\\\\\xe4",
            "status=499",
            "agent=a b",
        ],
    );
}

#[test]
fn reads_caddy() {
    check(
        &Json,
        r#"{"level":"info","ts":1795169103.5241,"logger":"http.log.access.log0","msg":"handled request","request":{"remote_ip":"10.0.0.2","remote_port":"41342","client_ip":"203.0.113.7","proto":"HTTP/2.0","method":"GET","host":"shop.example","uri":"/p/7?x=1","headers":{"User-Agent":["Mozilla/5.0 (X11)"],"X-Forwarded-For":["203.0.113.7","10.0.0.3"],"Cookie":["REDACTED"],"Accept":[]},"tls":{"resumed":false,"version":772}},"bytes_read":0,"user_id":"","duration":0.000929675,"size":10900,"status":200,"resp_headers":{"Server":["Caddy"],"Status":["999"]}}"#,
        &[
            "client=203.0.113.7",
            "forwarded=203.0.113.7, 10.0.0.3",
            "time=micros 1795169103524100",
            "request=GET | /p/7?x=1",
            "status=200",
            "bytes=10900",
            "agent=Mozilla/5.0 (X11)",
            "host=shop.example",
            "us=929",
        ],
    );
}

#[test]
fn takes_the_client_of_caddy_that_is_not_the_proxy_in_either_order() {
    let expected = ["client=203.0.113.7"];
    check(&Json, r#"{"request":{"client_ip":"203.0.113.7","remote_ip":"10.0.0.2"}}"#, &expected);
    check(&Json, r#"{"request":{"remote_ip":"10.0.0.2","client_ip":"203.0.113.7"}}"#, &expected);
    check(&Json, r#"{"request":{"remote_ip":"203.0.113.7"}}"#, &expected);
    check(&Json, r#"{"request":{"remote_addr":"[2001:db8::7]:4711"}}"#, &["client=2001:db8::7"]);
}

#[test]
fn prefers_the_clear_key_among_those_that_mean_the_same() {
    check(&Json, r#"{"remote_ip":"10.0.0.2","client_ip":"203.0.113.7"}"#, &["client=203.0.113.7"]);
    check(
        &Json,
        r#"{"bytes":700,"size":512,"uri":"/a","request_uri":"/b","method":"GET"}"#,
        &["request=GET | /b", "bytes=512"],
    );
}

#[test]
fn reads_traefik_whose_durations_are_nanoseconds() {
    check(
        &Json,
        r#"{"ClientAddr":"203.0.113.7:51620","ClientHost":"203.0.113.7","ClientPort":"51620","ClientUsername":"-","DownstreamContentSize":25,"DownstreamStatus":404,"Duration":1234567,"OriginStatus":200,"RequestAddr":"shop.example:443","RequestHost":"shop.example","RequestMethod":"GET","RequestPath":"/p/7","RequestProtocol":"HTTP/2.0","StartUTC":"2026-11-20T10:05:03.123456789Z","level":"info","msg":"","request_User-Agent":"curl/8.5.0","request_X-Forwarded-For":"198.51.100.9","time":"2026-11-20T10:05:04Z"}"#,
        &[
            "client=203.0.113.7",
            "forwarded=198.51.100.9",
            "time=rfc3339 2026-11-20T10:05:03.123456789Z",
            "request=GET | /p/7",
            "status=404",
            "bytes=25",
            "agent=curl/8.5.0",
            "host=shop.example",
            "us=1234",
        ],
    );
    check(&Json, r#"{"ClientAddr":"203.0.113.7:51620"}"#, &["client=203.0.113.7"]);
}

#[test]
fn tells_times_by_their_looks() {
    let time = |value: &str, expected: &[&str]| check(&Json, format!(r#"{{"ts":{value}}}"#), expected);
    time("1795169103", &["time=micros 1795169103000000"]);
    time("1795169103123", &["time=micros 1795169103123000"]);
    time("1795169103123456", &["time=micros 1795169103123456"]);
    time("1795169103123456789", &["time=micros 1795169103123456"]);
    time("1.7951691035e9", &["time=micros 1795169103500000"]);
    time("\"2026-11-20T10:05:03Z\"", &["time=rfc3339 2026-11-20T10:05:03Z"]);
    time("\"20/Nov/2026:10:05:03 +0000\"", &["time=clf 20/Nov/2026:10:05:03 +0000"]);
    time("\"noon\"", &[]);
    time("null", &[]);
}

#[test]
fn an_object_without_a_request_is_a_record_of_none() {
    check(
        &Json,
        r#"{"level":"info","ts":1795169103,"msg":"serving initial configuration"}"#,
        &["time=micros 1795169103000000"],
    );
    check(&Json, "{}", &[]);
    check(&Json, r#"{"request":{"method":"GET","uri":"/"},"status":0}"#, &["request=GET | /"]);
}

#[test]
fn unescapes_strings() {
    let agent = |raw: &str, plain: &str| {
        check(&Json, format!(r#"{{"user_agent":"{raw}"}}"#), &[&format!("agent={plain}")])
    };
    agent(r#"a\"b\\c\/d"#, r#"a"b\\c/d"#);
    agent(r"\n\t\r\b\f", r"\n\t\r\x08\x0c");
    agent(r"\u00e4\u20ac", r"\xc3\xa4\xe2\x82\xac");
    agent(r"\ud83d\ude00", r"\xf0\x9f\x98\x80");
    agent(r"\ud83dx", r"\xef\xbf\xbdx");
    agent(r"\ud83d\u0041", r"\xef\xbf\xbdA");
    agent(r"\xZZ\q\u12", r"\\xZZ\\q\\u12");
}

#[test]
fn goes_past_what_it_does_not_know_however_deep() {
    let deep = format!(r#"{{"x":{}{},"status":200}}"#, "[{\"}\":".repeat(50_000), "1}]".repeat(50_000));
    check(&Json, deep, &["status=200"]);
    check(&Json, r#"{"user":{"User-Agent":"curl"},"status":200}"#, &["status=200"]);
    check(&Json, "[".repeat(1000), &["expected the brace that opens an object (byte 0)"]);
    check(
        &Json,
        format!("{{\"x\":{}", "[".repeat(1000)),
        &["the line is cut off: no end of the object (byte 1005)"],
    );
}

#[test]
fn says_where_a_line_is_not_an_object() {
    let table: &[(&str, &str)] = &[
        ("", "blank line (byte 0)"),
        ("GET /", "expected the brace that opens an object (byte 0)"),
        ("{", "the line is cut off: no end of the object (byte 1)"),
        (r#"{"status":200"#, "the line is cut off: no end of the object (byte 13)"),
        (r#"{"status":200} x"#, "expected the end of the line after the object (byte 15)"),
        (r#"{"status" 200}"#, "expected a colon after the key (byte 10)"),
        (r#"{status:200}"#, "expected a key in quotes (byte 1)"),
        (r#"{"a":"b"#, "the line is cut off: no end of the string (byte 7)"),
        (r#"{"a":1 "status":200}"#, "expected a comma before the next key (byte 7)"),
        (r#"{"status":20}"#, "the status isn't three digits (byte 10)"),
        (r#"{"size":"big"}"#, "the size is no number (byte 8)"),
        (r#"{"user_agent":["a" 1]}"#, "expected a string or the end of the array (byte 19)"),
        (r#"{"user_agent":["a","#, "the line is cut off: no end of the array (byte 19)"),
    ];
    for (line, expected) in table {
        check(&Json, line, &[expected]);
    }
}
