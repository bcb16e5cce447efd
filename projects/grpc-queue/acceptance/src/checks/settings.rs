//! Variables with wrong values, which have to be refused.

use proctor_harness::{Trial, Verdict};

use crate::refusal::is_refused;

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
    wrong.iter().try_for_each(|(name, value)| is_refused(trial, name, value, &COMPLETE))
}

/// GQ-4.11
pub(crate) fn of_the_shutdown(trial: &mut Trial<'_>) -> Verdict {
    ["soon", "-1", "1.5", "10s"].iter().try_for_each(|value| is_refused(trial, "DRAIN_MS", value, &COMPLETE))
}
