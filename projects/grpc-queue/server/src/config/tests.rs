//! Tests of the environment: valid values, and the errors of invalid ones.

use super::*;

fn read(variables: &[(&str, &str)]) -> Result<Config, BadVariable> {
    let get = |name: &str| {
        let value = variables.iter().find(|(other, _)| *other == name)?.1;
        Some(OsString::from(value))
    };
    Config::read(&get)
}

#[test]
fn an_empty_environment_has_the_defaults_of_the_brief() {
    let config = read(&[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!((config.queue.capacity, config.workers), (3, 0));
    assert!(config.queue.durable.is_none());
    assert_eq!(config.limits.sentence_bytes, 4096);
    assert!(!config.limits.answered);
    assert_eq!(config.drain, Duration::from_secs(10));
    assert_eq!(config.upstream.attempts.get(), 3);
    assert_eq!(config.upstream.timeout, Duration::from_secs(30));
    assert_eq!(config.transport.message_bytes, 65_536);
}

#[test]
fn every_variable_is_heard() {
    let config = read(&[
        ("LISTEN_ADDR", "[::1]:0"),
        ("QUEUE_CAPACITY", "7"),
        ("WORKERS", "5"),
        ("MAX_SENTENCE_BYTES", "100000"),
        ("QUEUE_URL", "postgres://me:secret@host/db"),
        ("LEASE_MS", "250"),
        ("RATE_LIMIT_PER_MINUTE", "60"),
        ("OPENAI_API_KEY", "sk-hidden"),
        ("OPENAI_SYSTEM_PROMPT", ""),
    ])
    .unwrap();
    assert_eq!(config.listen.to_string(), "[::1]:0");
    assert_eq!((config.queue.capacity, config.workers), (7, 5));
    assert!(config.limits.answered);
    let durable = config.queue.durable.as_ref().unwrap();
    assert_eq!((durable.lease, durable.keep), (Duration::from_millis(250), Duration::from_secs(600)));
    assert_eq!(config.upstream.calls_per_minute, NonZeroU32::new(60));
    assert_eq!(config.upstream.system_prompt, None);
    assert!(config.transport.message_bytes > 600_000, "a longest sentence must come through");
    let shown = format!("{config:?}");
    assert!(!shown.contains("secret") && !shown.contains("hidden"), "{shown}");
}

#[track_caller]
fn check(name: &str, value: &str, expected: &str) {
    let error = read(&[(name, value)]).expect_err("a wrong value");
    assert_eq!(error.to_string(), format!("{name}: {expected}"));
}

#[test]
fn a_wrong_value_is_told_in_one_line_with_the_name() {
    check("QUEUE_CAPACITY", "x", "expected a number from 1 to 1000000, found \"x\"");
    check("QUEUE_CAPACITY", "0", "expected a number from 1 to 1000000, found \"0\"");
    check("WORKERS", "-1", "expected a number from 0 to 1024, found \"-1\"");
    check("WORKERS", "1.5", "expected a number from 0 to 1024, found \"1.5\"");
    check("MAX_SENTENCE_BYTES", "", "expected a number from 1 to 16777216, found \"\"");
    check("RETRY_ATTEMPTS", "1\n2", "expected a number from 1 to 100, found \"1\\n2\"");
    check("LISTEN_ADDR", "x", "expected an address and a port, as in 127.0.0.1:8080, found \"x\"");
    check("LISTEN_ADDR", "", "expected an address and a port, as in 127.0.0.1:8080, found \"\"");
    check(
        "LEASE_MS",
        "99999999999999999999",
        "expected a number from 1 to 3600000, found \"99999999999999999999\"",
    );
    check("OPENAI_BASE_URL", "ftp://host", "expected a URL that begins with http:// or https://");
    let expected = "expected an address like postgres://user:password@host:port/database";
    check("QUEUE_URL", "mysql://me:secret@host/db", expected);
    check("OTEL_EXPORTER_OTLP_ENDPOINT", "host:4318", "expected a URL that begins with http:// or https://");
    check(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "http://[host",
        "expected a URL that begins with http:// or https://",
    );
    check("OPENAI_API_KEY", "two words", "expected visible ASCII characters");
}

#[test]
fn a_certificate_needs_its_key_and_both_must_be_there() {
    let error = read(&[("TLS_CERT", "/no/cert.pem")]).unwrap_err();
    assert_eq!(error.to_string(), "TLS_KEY: expected a file: TLS_CERT is set");
    let error = read(&[("TLS_CERT", "/no/cert.pem"), ("TLS_KEY", "/no/key.pem")]).unwrap_err();
    assert!(error.to_string().starts_with("TLS_CERT: failed to read \"/no/cert.pem\": "), "{error}");
    // A file in which there is neither: an empty chain may pass, but then the key is missing.
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let error = read(&[("TLS_CERT", file), ("TLS_KEY", file)]).unwrap_err();
    assert!(error.to_string().starts_with("TLS_KEY: failed to read the private key: "), "{error}");
}
