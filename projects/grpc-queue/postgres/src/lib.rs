//! The queue in Postgres: it survives the program, and programs share it.
//!
//! [`Postgres`] is one program's handle, a *replica*. It implements the core's traits with the promises of the queue in
//! memory and these besides: what was admitted is answered though every program is killed; the capacity, the line in
//! which sentences wait and the order of answers hold over all replicas; a sentence is worked on under a lease, and a
//! worker that has lost it can't answer any more; a conversation with a key outlives its streams.
//!
//! How: each operation is one call of a function in the database (`migrations/`), which locks what it needs, so that a
//! program that stops halfway leaves nothing half done. A replica doesn't make one call for each sentence. For each kind
//! of operation it has a task, a *batcher*, that collects what has come while its last call ran and sends it as one
//! call. Notifications make it fast; nothing depends on them, since whatever they announce is also polled for twice a
//! second.
//! A call that fails is tried again until the database is back, and each can be tried twice without harm.
//!
//! ```no_run
//! use grpc_queue::{Opening, Queue};
//! use grpc_queue_postgres::{Postgres, Settings};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let address = "postgres://workspace:workspace@127.0.0.1:5432/workspace".parse()?;
//! let queue = Postgres::connect(&address, Settings::default()).await?;
//! let conversation = queue.open(Opening { key: Some("a-name".to_owned()), received: None }).await?;
//! # drop(conversation);
//! queue.close();
//! queue.leave().await;
//! # Ok(())
//! # }
//! ```
//!
//! Read `migrations/0001_tables.sql` and the functions after it, then `stream`, `channels`, `replica`, `batchers`, `queue`.

mod address;
mod batchers;
mod channels;
mod conversation;
mod database;
mod held;
mod job;
mod migrations;
mod queue;
mod replica;
mod settings;
mod stream;

pub use address::{Address, AddressError};
pub use conversation::PostgresConversation;
pub use job::PostgresJob;
pub use migrations::ConnectError;
pub use queue::Postgres;
pub use settings::Settings;
