//! Variables with wrong values, which have to be refused.

use proctor_harness::{Trial, Verdict};

use crate::refusal::each_is_refused_beside;

/// What a server needs that answers sentences, so that nothing else is wrong with it.
const COMPLETE: [(&str, &str); 3] =
    [("WORKERS", "1"), ("OPENAI_API_KEY", "sk-none"), ("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")];

/// GQ-3.16
pub(crate) fn of_the_model(trial: &mut Trial<'_>) -> Verdict {
    let wrong = [
        ("UPSTREAM_TIMEOUT_MS", "soon"),
        ("UPSTREAM_TIMEOUT_MS", "-5"),
        ("UPSTREAM_TIMEOUT_MS", "30s"),
        ("OPENAI_BASE_URL", "the model"),
        ("OPENAI_BASE_URL", "ftp://127.0.0.1/v1"),
        ("OPENAI_BASE_URL", "http://"),
    ];
    each_is_refused_beside(trial, &wrong, &COMPLETE)
}

/// GQ-4.11
pub(crate) fn of_the_shutdown(trial: &mut Trial<'_>) -> Verdict {
    each_is_refused_beside(trial, &["soon", "-1", "1.5", "10s"].map(|value| ("DRAIN_MS", value)), &COMPLETE)
}

/// GQ-5.23
pub(crate) fn of_the_retries(trial: &mut Trial<'_>) -> Verdict {
    let wrong = [
        ("RETRY_ATTEMPTS", "0"),
        ("RETRY_ATTEMPTS", "some"),
        ("RETRY_ATTEMPTS", "-1"),
        ("RETRY_BASE_MS", "500ms"),
        ("RETRY_BASE_MS", "-5"),
        ("RATE_LIMIT_PER_MINUTE", "none"),
        ("RATE_LIMIT_PER_MINUTE", "-1"),
        ("BREAKER_FAILURES", "0"),
        ("BREAKER_FAILURES", "five"),
        ("BREAKER_OPEN_MS", "10s"),
        ("BREAKER_OPEN_MS", "-1"),
    ];
    each_is_refused_beside(trial, &wrong, &COMPLETE)
}

/// GQ-6.12
pub(crate) fn of_the_database(trial: &mut Trial<'_>) -> Verdict {
    let wrong = [
        ("QUEUE_URL", "the database"),
        ("QUEUE_URL", "http://127.0.0.1:5432/queue"),
        ("QUEUE_URL", "5432"),
        ("LEASE_MS", "soon"),
        ("LEASE_MS", "-1"),
        ("LEASE_MS", "10s"),
    ];
    each_is_refused_beside(trial, &wrong, &COMPLETE)
}
