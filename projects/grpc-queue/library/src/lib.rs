//! The queued conversation: bounded admission, order, workers. Knows no transport, no database and no HTTP.
//!
//! A [`Queue`] opens [`Conversation`]s; a transport lets [`Session`] push the sentences of a stream into one and sends
//! what comes out of it. The workers of a [`Pool`] take [`Job`]s from the same queue and let a [`Model`] answer them.
//!
//! ```
//! use std::sync::Arc;
//! use futures_util::{StreamExt, stream};
//! use grpc_queue::{Drain, Limits, Memory, Opening, Queue, Reply, Settings, Session};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! // Nobody takes sentences here: with room for one, the second meets a full queue.
//! let queue = Memory::new(Settings { capacity: 1, answered: false });
//! let conversation = queue.open(Opening::default()).await?;
//! let sentences = stream::iter(["I feel happy.", "I feel sad."].map(|sentence| Ok::<_, ()>(sentence.to_owned())));
//!
//! let session = Session::new(conversation, sentences, Limits::default(), Drain::new(), Arc::new(()));
//! let replies: Vec<_> = session.map(Result::unwrap).collect().await;
//! assert_eq!(replies, [Reply::Enqueued, Reply::Full]);
//! # Ok::<(), grpc_queue::OpenError>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! In which order to read: `conversation`, `model`, `memory/state`, `session`, `pool`.

mod conversation;
mod drain;
mod memory;
mod model;
mod observer;
mod pool;
mod session;

pub use conversation::{Conversation, Event, OpenError, Opening, Queue, QueueError};
pub use drain::{Drain, Watch};
pub use memory::{Load, Memory, MemoryConversation, MemoryJob, Settings};
pub use model::{Ask, GaveUp, Job, Model, Source};
pub use observer::Observer;
pub use pool::Pool;
pub use session::{Idle, Limits, Rate, Reply, Session, StreamError};
