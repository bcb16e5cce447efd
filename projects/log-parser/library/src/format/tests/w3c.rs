//! W3C logs, whose fields can change in the middle.

use super::super::{Format, W3c};
use super::{check, tell};

const CLOUDFRONT: &str = "2026-11-20\t10:05:03\tFRA56-P1\t1045\t203.0.113.7\tGET\td111111abcdef8.cloudfront.net\t/p/a%20b.jpg\t200\thttps://shop.example/\tMozilla/5.0%20(X11;%20Linux%20x86_64)%20a+b\tx=1&y=2\t-\tHit\tREQUESTID==\tshop.example\thttps\t23\t0.001\t198.51.100.9,%2010.0.0.1\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tHit\tHTTP/2.0\t-\t-\t11040\t0.001\tHit\timage/jpeg\t512\t-\t-";

#[test]
fn reads_cloudfront() {
    check(
        &W3c::cloudfront(),
        CLOUDFRONT,
        &[
            "client=203.0.113.7",
            "forwarded=198.51.100.9, 10.0.0.1",
            "time=w3c 2026-11-20 10:05:03",
            "request=GET | /p/a%20b.jpg",
            "status=200",
            "bytes=1045",
            "referer=https://shop.example/",
            "agent=Mozilla/5.0 (X11; Linux x86_64) a+b",
            "host=shop.example",
            "us=1000",
        ],
    );
}

#[test]
fn decodes_the_agents_that_cloudfront_encoded_twice() {
    let line =
        CLOUDFRONT.replace("Mozilla/5.0%20(X11;%20Linux%20x86_64)%20a+b", "Mozilla/5.0%2520(X11)%25zz%2");
    let record = W3c::cloudfront().parse(line.as_bytes()).unwrap().agent.unwrap().into_owned();
    assert_eq!(String::from_utf8(record).unwrap(), "Mozilla/5.0 (X11)%zz%2");
}

#[test]
fn reads_iis_in_milliseconds_with_plus_for_space() {
    check(
        &W3c::iis(),
        "2026-11-20 10:05:03 10.0.0.9 GET /Default.aspx id=7 443 SHOP\\ada 203.0.113.7 Mozilla/5.0+(compatible;+Googlebot/2.1;++http://www.google.com/bot.html) - 200 0 0 46",
        &[
            "client=203.0.113.7",
            "user=SHOP\\\\ada",
            "time=w3c 2026-11-20 10:05:03",
            "request=GET | /Default.aspx",
            "status=200",
            "agent=Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "us=46000",
        ],
    );
}

#[test]
fn follows_the_fields_that_the_file_names_and_names_again() {
    let lines = [
        "#Software: Microsoft Internet Information Services 10.0",
        "#Fields: date time c-ip cs-method cs-uri-stem sc-status sc-win32-status time-taken",
        "2026-11-20 10:05:03 203.0.113.7 GET /a 200 0 5",
        "#Fields: time cs-uri-stem cs-method c-ip",
        "10:05:04 /b POST 203.0.113.8",
    ];
    let mut format: Box<dyn Format> = Box::new(W3c::new());
    let mut told = Vec::new();
    for line in lines {
        told.push((format.name(), tell(format.parse(line.as_bytes())).join(", ")));
        if let Some(next) = format.successor(line.as_bytes()) {
            format = next;
        }
    }
    let expected = [
        ("w3c", ""),
        ("w3c", ""),
        ("iis", "client=203.0.113.7, time=w3c 2026-11-20 10:05:03, request=GET | /a, status=200, us=5000"),
        ("iis", ""),
        ("iis", "client=203.0.113.8, request=POST | /b"),
    ];
    assert_eq!(told, expected.map(|(name, fields)| (name, fields.to_owned())));
    assert!(format.stateful());
}

#[test]
fn takes_quoted_values() {
    let format = W3c::new().successor(b"#Fields: cs-method cs(User-Agent) cs-uri-stem time-taken").unwrap();
    check(
        &*format,
        r#"GET "Mozilla 5 ""x"" +1" /a 0.5"#,
        &["request=GET | /a", r#"agent=Mozilla 5 ""x"" +1"#, "us=500000"],
    );
    check(&*format, r#"GET "Mozilla"x /a"#, &["expected a separator after the closing quote (byte 13)"]);
    check(&*format, r#"GET "Mozilla /a"#, &["the line is cut off: no end of the quoted field (byte 15)"]);
}

#[test]
fn says_where_a_line_goes_wrong() {
    check(&W3c::new(), "GET /", &["expected a #Fields line before the first record (byte 0)"]);
    check(&W3c::new(), "", &["blank line (byte 0)"]);
    let format = W3c::new().successor(b"#Fields: cs-method cs-uri-stem sc-status").unwrap();
    check(&*format, "GET", &["the line is cut off: no end of the path (byte 3)"]);
    check(&*format, "GET /", &["the line is cut off: no end of the status (byte 5)"]);
    check(&*format, "GET / ok", &["the status isn't three digits (byte 6)"]);
    check(&*format, "GET / 200 1", &["expected the end of the line after the last field (byte 9)"]);
}
