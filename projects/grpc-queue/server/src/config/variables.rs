//! The variables of the environment: meaning, range and default of each.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

/// A variable that is a number.
pub(super) struct Number {
    pub(super) name: &'static str,
    pub(super) default: u64,
    pub(super) range: RangeInclusive<u64>,
    meaning: &'static str,
}

/// A variable that is a text.
pub(super) struct Text {
    pub(super) name: &'static str,
    /// Empty: none.
    pub(super) default: &'static str,
    meaning: &'static str,
}

/// An hour in milliseconds, and a day.
const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
const MIB: u64 = 1 << 20;

macro_rules! variables {
    ($($name:ident: $kind:ident = $default:expr $(=> $range:expr)?, $meaning:literal;)*) => {
        $(pub(super) const $name: $kind = $kind {
            name: stringify!($name),
            default: $default,
            $(range: $range,)?
            meaning: $meaning,
        };)*

        /// Name, default and meaning of each, in the order of the help.
        fn all() -> Vec<(&'static str, String, &'static str)> {
            vec![$(($name.name, $name.default.to_string(), $name.meaning)),*]
        }
    };
}

variables! {
    LISTEN_ADDR: Text = "127.0.0.1:8080", "address and port to listen at";
    QUEUE_CAPACITY: Number = 3 => 1..=1_000_000, "maximum number of waiting sentences";
    MAX_SENTENCE_BYTES: Number = 4096 => 1..=16 * MIB, "maximum length of a sentence, in bytes of UTF-8";
    WORKERS: Number = 0 => 0..=1024, "number of sentences answered at once; 0: none is ever taken";
    OPENAI_BASE_URL: Text = "https://api.openai.com/v1", "address of the model's API, with /v1";
    OPENAI_API_KEY: Text = "", "key of the model's API";
    OPENAI_MODEL: Text = "gpt-4o-mini", "the model to ask";
    OPENAI_SYSTEM_PROMPT: Text = "", "system message for the model";
    UPSTREAM_TIMEOUT_MS: Number = 30_000 => 1..=HOUR, "timeout for one call of the model";
    DRAIN_MS: Number = 10_000 => 0..=HOUR, "timeout for a shutdown";
    RETRY_ATTEMPTS: Number = 3 => 1..=100, "maximum number of attempts for a sentence";
    RETRY_BASE_MS: Number = 500 => 0..=HOUR, "wait before the second attempt";
    RATE_LIMIT_PER_MINUTE: Number = 0 => 0..=1_000_000, "maximum number of calls that begin in a minute; 0: no limit";
    BREAKER_FAILURES: Number = 5 => 1..=1_000_000, "number of failed calls in a row that open the breaker";
    BREAKER_OPEN_MS: Number = 10_000 => 0..=HOUR, "time for which the breaker stays open";
    QUEUE_URL: Text = "", "the queue's database, postgres://…; without it, in memory";
    LEASE_MS: Number = 10_000 => 1..=HOUR, "time without a heartbeat after which a worker loses its sentence";
    CONVERSATION_TTL_MS: Number = 600_000 => 1..=DAY, "time for which Postgres keeps a conversation without a stream";
    MAX_MESSAGE_BYTES: Number = 65_536 => 1..=64 * MIB, "maximum length of a message; at least what a sentence needs";
    MAX_HEADER_BYTES: Number = 16_384 => 8192..=MIB, "maximum length of a request's headers";
    MAX_CONNECTIONS: Number = 20_000 => 1..=1_000_000, "maximum number of open connections";
    MAX_STREAMS_PER_CONNECTION: Number = 1024 => 1..=1_000_000, "maximum number of open streams on a connection";
    SENTENCES_PER_SECOND: Number = 1000 => 0..=10_000_000, "maximum rate of a stream; 0: no limit";
    IDLE_TIMEOUT_MS: Number = 600_000 => 0..=DAY, "timeout for a silent stream with no pending answer; 0: none";
    WRITE_TIMEOUT_MS: Number = 30_000 => 1..=DAY, "timeout for a client that doesn't read";
    TLS_CERT: Text = "", "file with the certificate chain, in PEM";
    TLS_KEY: Text = "", "file with the certificate's key, in PEM";
    OTEL_EXPORTER_OTLP_ENDPOINT: Text = "", "address that traces are sent to, over OTLP/HTTP";
}

/// The part of `--help` about the environment.
pub(crate) fn help() -> String {
    let mut text = "Environment of the server, with defaults:\n".to_owned();
    for (name, default, meaning) in all() {
        let default = if default.is_empty() { "none".to_owned() } else { default };
        // To write into a string never fails.
        _ = write!(text, "\n  {name:<28} {meaning} [{default}]");
    }
    text.push_str("\n\nRUST_LOG filters the log, as in RUST_LOG=debug; LOG_FORMAT=json writes it as JSON.");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_brief_and_the_program_tell_of_the_same_variables() {
        let brief = include_str!("../../../README.md");
        let rows =
            brief.lines().filter_map(|line| line.strip_prefix("| `")).filter(|row| row.ends_with(" |"));
        let mut found = 0;
        for row in rows {
            let columns: Vec<_> = row.split('|').map(str::trim).collect();
            let [name, _, default, ..] = columns[..] else { panic!("no row of the table: {row}") };
            let name = name.trim_end_matches('`');
            let own = all().into_iter().find(|(own, ..)| *own == name);
            let (_, own, _) = own.unwrap_or_else(|| panic!("{name} is in the brief alone"));
            let own = if own.is_empty() { "none".to_owned() } else { own };
            assert_eq!(own, default.trim_matches('`'), "{name}");
            found += 1;
        }
        assert_eq!(found, 17);
    }

    #[test]
    fn the_help_tells_of_every_variable() {
        let help = help();
        for (name, ..) in all() {
            assert!(help.contains(&format!("\n  {name} ")), "{name}");
        }
    }
}
