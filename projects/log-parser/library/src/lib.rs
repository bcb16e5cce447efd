//! Counts the requests of access logs: formats, clients, bots, groups and a ledger that reconciles.

pub mod format;
mod record;

pub use record::{Record, Request, Time};
