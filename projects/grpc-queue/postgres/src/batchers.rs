//! The batchers: tasks that each make one kind of call for all streams and workers of a replica.
//!
//! What comes while a call runs makes up the next one, so that a busy replica makes few large calls and an idle one
//! quick small ones. Each batcher owns what is on its way in it; they end when the replica leaves.

mod admissions;
mod answers;
mod closings;
mod deliveries;
mod heartbeat;
mod inbox;
mod listener;
mod opens;
mod rows;
mod takes;

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

pub(crate) use heartbeat::{leave, register};
pub(crate) use opens::Request;
pub(crate) use takes::Idle;

use crate::channels::Receivers;
use crate::replica::Replica;

/// Starts all batchers of a replica.
pub(crate) fn start(
    replica: &Arc<Replica>,
    receivers: Receivers,
    requests: mpsc::UnboundedReceiver<Request>,
    idle: mpsc::UnboundedReceiver<Idle>,
) -> JoinSet<()> {
    let mut batchers = JoinSet::new();
    batchers.spawn(opens::run(Arc::clone(replica), requests));
    batchers.spawn(admissions::run(Arc::clone(replica), receivers.pushes));
    batchers.spawn(takes::run(Arc::clone(replica), idle));
    batchers.spawn(answers::run(Arc::clone(replica), receivers.handed));
    batchers.spawn(deliveries::run(Arc::clone(replica), receivers.fetches));
    batchers.spawn(closings::run(Arc::clone(replica), receivers.closings));
    batchers.spawn(inbox::run(Arc::clone(replica)));
    batchers.spawn(listener::run(Arc::clone(replica)));
    batchers.spawn(heartbeat::run(Arc::clone(replica)));
    batchers
}
