//! Counts the requests of access logs: formats, clients, bots, groups and a ledger that reconciles.

mod bots;
mod client;
mod engine;
pub mod format;
mod explain;
mod filter;
pub mod generate;
mod groups;
mod path;
mod when;
mod ledger;
mod memo;
mod net;
mod pattern;
mod query;
mod record;
mod request;
mod scan;
mod simd;
mod tally;

pub use bots::{Bots, BotsError, Class, Rule};
pub use client::Client;
pub use engine::{Input, Job, OpenError, Rejects, RunError, each_line, sample};
pub use explain::{Explanation, show};
pub use filter::{Filters, Missed, StatusError, Statuses};
pub use groups::{By, Group, Key, Summary};
pub use ledger::{Ledger, Outcome};
pub use net::{Address, Cidr, CidrError, Ranges};
pub use path::{Normal, PathPattern};
pub use pattern::{Pattern, PatternError};
pub use query::{Mismatch, Query};
pub use record::{Record, Request, Time};
pub use request::Parts;
pub use tally::Tally;
pub use when::micros;
