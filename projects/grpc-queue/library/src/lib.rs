//! The queued conversation: bounded admission, order, workers. Knows no transport, no database and no HTTP.
//!
//! A [`Queue`] opens [`Conversation`]s; a transport pushes sentences into one and sends what comes out of it. Workers
//! take [`Job`]s from the same queue and let a [`Model`] answer them.

mod conversation;
mod model;

pub use conversation::{Conversation, Event, OpenError, Opening, Queue, QueueError};
pub use model::{Ask, GaveUp, Job, Model, Source};
