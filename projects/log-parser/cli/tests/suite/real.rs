//! Real logs, where they are at hand.

use std::process::Command;

use crate::program::run;

/// Ten thousand requests of an Apache server, which stand beside the repository on some machines.
fn real_log() -> String {
    std::env::var("REAL_LOG").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../shared/data/apache_combined_10k.log").to_owned()
    })
}

#[test]
#[ignore = "needs a real log: make verify LANES=real-log"]
fn the_ledger_of_ten_thousand_real_lines_reconciles() {
    let path = real_log();
    let found = run(&["count", "GET /favicon.ico", "--exclude-bots", "--ledger", &path]);
    let ledger: serde_json::Value = serde_json::from_str(&found.err).unwrap();
    let parts =
        ["counted", "not_matched", "own", "bot", "malformed"].map(|part| ledger[part].as_u64().unwrap());
    assert_eq!(parts.iter().sum::<u64>(), 10_000);
    // Line 8899 has a quote that nothing closes.
    assert_eq!((ledger["lines"].as_u64(), ledger["malformed"].as_u64()), (Some(10_000), Some(1)));
}

/// Counts with awk: what lies between the first two quotes, cut at the question mark. The log has no
/// escaped quotes in its requests and no absolute targets, so that is all there is to it.
#[test]
#[ignore = "needs a real log: make verify LANES=real-log"]
fn counts_of_a_dozen_real_requests_agree_with_awk() {
    const PROGRAM: &str = r#"NF >= 7 { split($2, part, " "); path = part[2]; sub(/\?.*/, "", path); if (path == "") path = "/"; if (part[1] " " path == wanted) count++ } END { print count + 0 }"#;
    let path = real_log();
    let requests = [
        "GET /favicon.ico",
        "GET /",
        "GET /style2.css",
        "GET /reset.css",
        "GET /images/jordan-80.png",
        "GET /images/web/2009/banner.png",
        "GET /blog/tags/puppet",
        "GET /projects/xdotool/",
        "GET /robots.txt",
        "GET /articles/dynamic-dns-with-dhcp/",
        "HEAD /",
        "POST /blog/tags/puppet",
    ];
    for request in requests {
        let awk = Command::new("awk")
            .args(["-F\"", "-v", &format!("wanted={request}"), PROGRAM])
            .arg(&path)
            .output()
            .unwrap();
        let found = run(&["count", request, &path]).out;
        assert_eq!(found, String::from_utf8(awk.stdout).unwrap(), "{request}");
    }
}
