//! Formats by name and by format string.

use super::super::{NAMES, by_name};

#[test]
fn every_name_in_the_list_is_a_format() {
    for (name, _) in NAMES {
        assert_eq!(by_name(name).unwrap().name(), *name);
    }
}

#[test]
fn a_string_that_says_what_a_name_says_becomes_that_format() {
    let named = |string: &str| by_name(string).unwrap().name();
    let nginx = r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#;
    assert_eq!(named(nginx), "combined");
    assert_eq!(named(&format!("log_format main '{nginx}';")), "combined");
    assert_eq!(named(&format!(r#"{nginx} "$http_x_forwarded_for""#)), "combined");
    assert_eq!(named(&format!("{nginx} $request_time")), "nginx log_format");
    assert_eq!(named(r#"%h %l %u %t "%r" %>s %b"#), "common");
    assert_eq!(
        named(r#"LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"" combined"#),
        "combined"
    );
    assert_eq!(named(r#"%h %l %u %t "%r" %>s %b %D"#), "apache LogFormat");
}

#[test]
fn an_unknown_name_is_answered_with_the_known_ones() {
    assert_eq!(
        by_name("apachee").unwrap_err().to_string(),
        "unknown format \"apachee\": expected auto, combined, common, vhost_combined, json, alb, elb, \
         cloudfront, s3, w3c, iis, an nginx log_format or an Apache LogFormat"
    );
}
