//! Wrong settings end the program at once, with one line.

use crate::program::program;

#[track_caller]
fn check(name: &str, value: &str, line: &str) {
    let output = program().env("LISTEN_ADDR", "127.0.0.1:0").env(name, value).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), format!("grpc-queue: {line}\n"));
    assert!(output.stdout.is_empty());
}

#[test]
fn a_wrong_value_is_told_in_one_line() {
    check("QUEUE_CAPACITY", "x", "QUEUE_CAPACITY: expected a number from 1 to 1000000, found \"x\"");
    check(
        "LISTEN_ADDR",
        "8080",
        "LISTEN_ADDR: expected an address and a port, as in 127.0.0.1:8080, found \"8080\"",
    );
    check("DRAIN_MS", "-1", "DRAIN_MS: expected a number from 0 to 3600000, found \"-1\"");
    check("TLS_KEY", "key.pem", "TLS_CERT: expected a file: TLS_KEY is set");
}

#[test]
fn a_port_that_is_taken_is_told_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = program().env("LISTEN_ADDR", &address).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with(&format!("grpc-queue: failed to listen at {address}: ")), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn the_help_tells_of_the_environment() {
    let output = program().arg("--help").output().unwrap();
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for word in ["QUEUE_CAPACITY", "SENTENCES_PER_SECOND", "chat", "demo", "fake-openai"] {
        assert!(help.contains(word), "{word} is missing in:\n{help}");
    }
}
