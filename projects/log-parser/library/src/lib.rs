//! Counts the requests of access logs: formats, clients, bots, groups and a ledger that reconciles.
//!
//! A [`Query`] says what is asked, a [`Job`] runs it over files and streams and gives a [`Tally`]:
//!
//! ```
//! use std::sync::atomic::AtomicU64;
//! use log_parser::{Input, Job, Pattern, Query, format::Combined};
//!
//! let log = br#"203.0.113.7 - - [20/Nov/2026:10:05:03 +0000] "GET /users/7?tab=a HTTP/1.1" 200 512 "-" "curl/8.5.0"
//! 203.0.113.7 - - [20/Nov/2026:10:05:04 +0000] "HEAD /users/7 HTTP/1.1" 200 0 "-" "curl/8.5.0"
//! cut off"#;
//! let query = Query { request: Some(Pattern::exact(b"GET /users/7")?), ..Query::default() };
//! let input = Input::Stream { name: "the log".to_owned(), reader: Box::new(&log[..]) };
//! let progress = AtomicU64::new(0);
//! let job = Job { query: &query, format: &Combined, by: None, rejects: None, threads: None, progress: &progress };
//! let ledger = job.run(vec![input])?.ledger;
//! assert_eq!((ledger.counted, ledger.not_matched, ledger.malformed), (1, 1, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! In which order to read: `record`, `format::combined`, `query`, `engine`, then `scan` and `simd`, which
//! make it fast.

mod agent_cache;
mod bots;
mod client;
mod engine;
mod escape;
mod explain;
mod filter;
pub mod format;
pub mod generate;
mod groups;
mod ledger;
mod net;
mod path;
mod pattern;
mod query;
mod record;
mod request;
mod scan;
mod simd;
mod tally;
mod when;

pub use bots::{Bots, BotsError, Class, Rule};
pub use client::Client;
pub use engine::{Input, Job, OpenError, Rejects, RunError, check, each_line, sample};
pub use escape::{show, show_apart};
pub use explain::Explanation;
pub use filter::{FailedFilter, Filters, StatusError, StatusRange};
pub use groups::{CapacityLimit, Group, GroupBy, Key, Summary};
pub use ledger::{Ledger, Outcome};
pub use net::{Address, Cidr, CidrError, Ranges};
pub use path::{Normalization, PathPattern};
pub use pattern::{Pattern, PatternError};
pub use query::{Mismatch, Query};
pub use record::{Record, Request, Time};
pub use request::Parts;
pub use tally::Tally;
pub use when::micros;
