//! What an exercise, a check or a lane needs of the machine: declared as data, probed once in a process, with one text
//! that says what was found or what to install.
//!
//! Probing has no effect: nothing is installed, started or changed. What a missing need means is left to the caller.
//!
//! ```
//! use needs::Need;
//!
//! const SHELL: Need = Need::installed("sh", "install a POSIX shell");
//! assert_eq!(SHELL.missing(), None);
//!
//! const NOBODY_HAS: Need = Need::installed("no-such-program", "there is none");
//! assert_eq!(NOBODY_HAS.missing().as_deref(), Some("no-such-program is not installed: there is none"));
//! ```

mod need;
mod place;
mod probe;

pub use need::{Found, Need, Service};
pub use place::{aws_endpoint_url, postgres_url};

/// Set inside the containers of the containers lane, which start no containers of their own.
pub const INSIDE_LANE: &str = "WORKSPACE_INSIDE_LANE";

/// The variable that is read first for Postgres: `postgres://user:password@host:port/database`.
pub const DATABASE_URL: &str = "DATABASE_URL";

/// The variable that is read first for S3: `http://localhost:4566`.
pub const AWS_ENDPOINT_URL: &str = "AWS_ENDPOINT_URL";
