//! The variables of the contract. A server sees of them what its check has set, and not what the person who judges has
//! set for other work, such as a key to the model's API.

use proctor_harness::{Invocation, Trial};

/// Every variable that the brief names, in its order.
pub const VARIABLES: [&str; 17] = [
    "LISTEN_ADDR",
    "QUEUE_CAPACITY",
    "MAX_SENTENCE_BYTES",
    "WORKERS",
    "OPENAI_BASE_URL",
    "OPENAI_API_KEY",
    "OPENAI_MODEL",
    "OPENAI_SYSTEM_PROMPT",
    "UPSTREAM_TIMEOUT_MS",
    "DRAIN_MS",
    "RETRY_ATTEMPTS",
    "RETRY_BASE_MS",
    "RATE_LIMIT_PER_MINUTE",
    "BREAKER_FAILURES",
    "BREAKER_OPEN_MS",
    "QUEUE_URL",
    "LEASE_MS",
];

/// The solution's program, with all of them at their defaults.
pub(crate) fn program<'t>(trial: &'t Trial<'_>) -> Invocation<'t> {
    VARIABLES.iter().fold(trial.program(), |program, name| program.env_remove(name))
}
