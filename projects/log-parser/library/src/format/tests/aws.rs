//! Load balancers and S3.

use super::super::{Alb, Elb, S3};
use super::check;

const ALB: &str = r#"https 2026-11-20T10:05:03.186641Z app/shop/50dc6c495c0c9188 203.0.113.7:2817 10.0.1.5:80 0.086 0.048 0.037 200 200 34 366 "GET https://shop.example:443/p/7?x=1 HTTP/2.0" "curl/8.5.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "shop.example" "-" 0 2026-11-20T10:05:03.000000Z "forward" "-" "-" "10.0.1.5:80" "200" "-" "-" TID_x"#;

#[test]
fn reads_application_load_balancers() {
    let expected = [
        "client=203.0.113.7",
        "time=rfc3339 2026-11-20T10:05:03.186641Z",
        "request=GET https://shop.example:443/p/7?x=1 HTTP/2.0",
        "status=200",
        "bytes=366",
        "agent=curl/8.5.0",
        "us=171000",
    ];
    check(&Alb, ALB, &expected);
    let through_agent = ALB.find(" ECDHE").unwrap();
    check(&Alb, &ALB[..through_agent], &expected);
}

#[test]
fn reads_what_a_balancer_could_not_forward() {
    check(
        &Alb,
        r#"h2 2026-11-20T10:05:03Z app/shop/1 [2001:db8::7]:2817 - -1 -1 -1 502 - 34 0 "GET http://[2001:db8::1]:80/a b\x22 HTTP/1.1" "say \"hi\"" - -"#,
        &[
            "client=2001:db8::7",
            "time=rfc3339 2026-11-20T10:05:03Z",
            r"request=GET http://[2001:db8::1]:80/a b\\x22 HTTP/1.1",
            "status=502",
            "bytes=0",
            r#"agent=say \\"hi\\""#,
        ],
    );
    check(
        &Alb,
        r#"http 2026-11-20T10:05:03Z app/shop/1 203.0.113.7:2817 - -1 -1 -1 - - 0 0 "- http://shop.example:80- -" "-" - -"#,
        &["client=203.0.113.7", "time=rfc3339 2026-11-20T10:05:03Z", "bytes=0", "agent=-"],
    );
}

#[test]
fn one_part_that_is_missing_leaves_no_duration() {
    let line = ALB.replace("0.086 0.048 0.037", "0.086 -1 0.037");
    let record = super::super::Format::parse(&Alb, line.as_bytes()).unwrap();
    assert_eq!(record.duration_us, None);
}

#[test]
fn reads_classic_load_balancers() {
    let http = r#"2026-11-20T10:05:03.945958Z shop 2001:db8::7:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://shop.example:80/ HTTP/1.1""#;
    let expected = [
        "client=2001:db8::7",
        "time=rfc3339 2026-11-20T10:05:03.945958Z",
        "request=GET http://shop.example:80/ HTTP/1.1",
        "status=200",
        "bytes=29",
    ];
    check(&Elb, http, &[&expected[..], &["us=1178"]].concat());
    check(
        &Elb,
        format!(r#"{http} "curl/8.5.0" - -"#),
        &[&expected[..], &["agent=curl/8.5.0", "us=1178"]].concat(),
    );
    check(
        &Elb,
        r#"2026-11-20T10:05:03Z shop 203.0.113.7:2817 10.0.0.1:80 0.001069 0.000028 0.000041 - - 82 305 "- - - " "-" - -"#,
        &["client=203.0.113.7", "time=rfc3339 2026-11-20T10:05:03Z", "bytes=305", "agent=-", "us=1138"],
    );
}

#[test]
fn reads_s3() {
    check(
        &S3,
        r#"79a59df9 media [20/Nov/2026:10:05:03 +0000] 203.0.113.7 arn:aws:iam::123456789012:user/ada 3E57427F3EXAMPLE REST.GET.OBJECT photos/2026/a%2520b.jpg "GET /media/photos/2026/a%20b.jpg?x=1 HTTP/1.1" 200 - 2662992 3462992 70 10 "-" "S3Console/0.4 "beta"" - host-id= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader media.s3.eu-west-1.amazonaws.com TLSv1.3 - -"#,
        &[
            "client=203.0.113.7",
            "user=arn:aws:iam::123456789012:user/ada",
            "time=clf 20/Nov/2026:10:05:03 +0000",
            "request=GET /media/photos/2026/a%20b.jpg?x=1 HTTP/1.1",
            "status=200",
            "bytes=2662992",
            "agent=S3Console/0.4 \"beta\"",
            "host=media.s3.eu-west-1.amazonaws.com",
            "us=70000",
        ],
    );
}

#[test]
fn reads_s3_where_any_field_is_missing() {
    check(
        &S3,
        r#"79a59df9 media [20/Nov/2026:10:05:03 +0000] - AmazonS3 3E57427F S3.EXPIRE.OBJECT photos/a.jpg - - - - 512 - - - - -"#,
        &["user=AmazonS3", "time=clf 20/Nov/2026:10:05:03 +0000", "agent=-"],
    );
}

#[test]
fn says_where_a_line_goes_wrong() {
    let table: &[(&str, &str)] = &[
        ("", "blank line (byte 0)"),
        ("http", "expected a space between the fields (byte 4)"),
        ("http ", "the line is cut off: no end of the time (byte 5)"),
        ("http  app", "the time is empty (byte 5)"),
        ("http t lb c:1 t:1 0 0 0 20 200 0 0 \"x\" \"y\"", "the status isn't three digits (byte 24)"),
        ("http t lb c:1 t:1 0 0 0 200 200 0 0 x \"y\"", "expected a quote (byte 36)"),
        ("http t lb c:1 t:1 0 0 0 200 200 0 0 \"x\"", "expected a space between the fields (byte 39)"),
        (
            "http t lb c:1 t:1 0 0 0 200 200 0 0 \"x\" \"y",
            "the line is cut off: no end of the agent (byte 42)",
        ),
    ];
    for (line, expected) in table {
        check(&Alb, line, &[expected]);
    }
    check(&S3, "o b 20/Nov", &["expected a bracket (byte 4)"]);
    check(&S3, "o b [t] c u i REST k GET", &["expected a quote or a dash (byte 21)"]);
    check(&S3, "o b [t] c u i REST k \"GET", &["the line is cut off: no end of the request (byte 25)"]);
}
