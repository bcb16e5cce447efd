//! Counts the requests of access logs: formats, clients, bots, groups and a ledger that reconciles.

mod bots;
mod client;
mod engine;
pub mod format;
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
pub use engine::{Input, Job, OpenError, RunError};
pub use ledger::{Ledger, Outcome};
pub use net::{Address, Cidr, CidrError, Ranges};
pub use pattern::{Pattern, PatternError};
pub use query::Query;
pub use record::{Record, Request, Time};
pub use request::Parts;
pub use tally::Tally;
