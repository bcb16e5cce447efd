//! The batchers: tasks that each make one kind of call for all streams and workers of a replica.
//!
//! What comes while a call runs makes up the next one, so that a busy replica makes few large calls and an idle one
//! quick small ones. Each batcher owns what is on its way in it; they end when the replica leaves.

mod admissions;
mod answers;
mod channels;
mod closings;
mod deliveries;
mod heartbeat;
mod inbox;
mod listener;
mod opens;
mod takes;

use std::sync::Arc;

use tokio::task::JoinSet;

pub(crate) use channels::{Receivers, Senders, channels};
pub(crate) use heartbeat::{leave, register};

use crate::replica::Replica;

/// Starts all batchers of a replica.
pub(crate) fn start(replica: &Arc<Replica>, receivers: Receivers) -> JoinSet<()> {
    let mut batchers = JoinSet::new();
    batchers.spawn(opens::run(Arc::clone(replica), receivers.requests));
    batchers.spawn(admissions::run(Arc::clone(replica), receivers.pushes));
    batchers.spawn(takes::run(Arc::clone(replica), receivers.idle));
    batchers.spawn(answers::run(Arc::clone(replica), receivers.handed));
    batchers.spawn(deliveries::run(Arc::clone(replica), receivers.fetches));
    batchers.spawn(closings::run(Arc::clone(replica), receivers.closings));
    batchers.spawn(inbox::run(Arc::clone(replica)));
    batchers.spawn(listener::run(Arc::clone(replica)));
    batchers.spawn(heartbeat::run(Arc::clone(replica)));
    batchers
}

/// A number as streams have it. The database has no other: it got them from streams.
fn number(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Text that was stored as bytes.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
