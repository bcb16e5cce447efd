//! Batches the delivery of answers to their streams.

use std::collections::HashMap;
use std::sync::Arc;

use grpc_queue::QueueError;
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::postgres::types::PgInterval;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::rows::{number, text};
use crate::channels::gather;
use crate::database::Away;
use crate::replica::Replica;
use crate::stream::{Answer, Stream};

/// Maximum number of streams served in one call.
const MAX_STREAMS: usize = 128;

/// Maximum number of answers, and of their bytes, fetched for one stream at once. They count as sent.
const MAX_ANSWERS: i32 = 32;
const MAX_BYTES: i64 = 64 * 1024;

/// One call's streams, column by column.
#[derive(Clone, Default)]
struct Columns {
    conversations: Vec<Uuid>,
    epochs: Vec<i64>,
    after: Vec<i64>,
}

pub(super) async fn run(replica: Arc<Replica>, mut fetches: mpsc::UnboundedReceiver<Arc<Stream>>) {
    let mut batch = Vec::new();
    while gather(&mut fetches, &mut batch, MAX_STREAMS).await {
        batch.retain(|stream| stream.is_open());
        if !batch.is_empty() {
            deliver(&replica, &batch).await;
        }
    }
}

async fn deliver(replica: &Replica, streams: &[Arc<Stream>]) {
    let mut columns = Columns::default();
    for stream in streams {
        columns.conversations.push(stream.conversation);
        columns.epochs.push(stream.epoch);
        columns.after.push(i64::from(stream.got()));
    }
    let Ok(rows) = call(replica, columns).await else {
        for stream in streams {
            stream.end(QueueError::Unreachable);
        }
        return;
    };
    let mut answers: HashMap<Uuid, Vec<Answer>> = HashMap::new();
    for row in rows {
        let text = text(row.get("answer"));
        let result = if row.get("failed") { Err(text) } else { Ok(text) };
        answers.entry(row.get("conversation")).or_default().push((number(row.get("number")), result));
    }
    for stream in streams {
        stream.deliver(answers.remove(&stream.conversation).unwrap_or_default());
    }
}

async fn call(replica: &Replica, columns: Columns) -> Result<Vec<PgRow>, Away> {
    let (id, keep) = (replica.id(), PgInterval::try_from(replica.settings.keep).unwrap_or_default());
    let rows = replica.database.call("deliver", move |connection| {
        let query = sqlx::query("SELECT * FROM deliver($1, $2, $3, $4, $5, $6, $7)")
            .bind(id)
            .bind(columns.conversations.clone())
            .bind(columns.epochs.clone())
            .bind(columns.after.clone())
            .bind(MAX_ANSWERS)
            .bind(MAX_BYTES)
            .bind(keep);
        Box::pin(query.fetch_all(connection))
    });
    rows.await
}
