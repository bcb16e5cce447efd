//! What the suites of exercises share beside the harness. Knows no exercise.
//!
//! Each part is a module behind a feature, so that a suite links only what it uses and `proctor` stays small:
//!
//! | Feature | Module | What it is |
//! |---|---|---|
//! | – | `timeouts`, `transcript` | timeouts with names; what was sent and received, for a failure to show |
//! | `harness` | `environment`, `refusal`, `mutants` | the variables of a brief, refusals, the table of mutants |
//! | `harness` | `hold` | one line in a suite's tests that holds the exercise together |
//! | `run-mutants` | `mutants::run` | each mutant a test of its own |
//! | `wire` | `wire` | clients for HTTP, gRPC, gRPC-Web and Connect |
//! | `tls` | `wire::TlsClient`, `certificates` | the same over TLS, with client certificates |
//! | `fake` | `fake` | a scripted, recording fake of a service; `websocket` adds WebSocket |
//! | `postgres` | `postgres` | a scratch database |
//!
//! ```
//! let transcript = suite_kit::transcript::Transcript::new();
//! transcript.note("→ hello");
//! assert!(transcript.shown().ends_with("→ hello"));
//! ```

#[cfg(feature = "tls")]
pub mod certificates;
#[cfg(feature = "harness")]
pub mod environment;
#[cfg(feature = "fake")]
pub mod fake;
#[cfg(feature = "harness")]
mod hold;
#[cfg(feature = "harness")]
pub mod mutants;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "harness")]
pub mod refusal;
pub mod timeouts;
pub mod transcript;
#[cfg(feature = "wire")]
pub mod wire;

#[cfg(feature = "harness")]
pub use self::hold::{faults, hold};
