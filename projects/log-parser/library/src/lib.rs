//! Counts the requests of access logs: formats, clients, bots, groups and a ledger that reconciles.

mod bots;
pub mod format;
mod record;

pub use bots::{Bots, BotsError, Class, Rule};
pub use record::{Record, Request, Time};
