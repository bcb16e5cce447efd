//! Counts the requests of access logs: formats, clients, bots, groups and a ledger that reconciles.

mod record;

pub use record::{Record, Request, Time};
