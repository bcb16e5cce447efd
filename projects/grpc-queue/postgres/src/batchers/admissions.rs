//! Batches pushed sentences: the database admits those that there is room for.

use std::sync::Arc;

use grpc_queue::QueueError;
use sqlx::Row;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::channels::{Push, gather};
use crate::replica::Replica;

/// Maximum number of pushes in one call, and maximum number of bytes where there is more than one push.
const MAX_PUSHES: usize = 512;
const MAX_BYTES: usize = 1 << 20;

/// The pushes of one call, column by column.
#[derive(Default)]
struct Columns {
    conversations: Vec<Uuid>,
    epochs: Vec<i64>,
    numbers: Vec<i64>,
    texts: Vec<Option<Vec<u8>>>,
}

pub(super) async fn run(replica: Arc<Replica>, mut pushes: mpsc::UnboundedReceiver<Push>) {
    let mut batch = Vec::new();
    while gather(&mut pushes, &mut batch, MAX_PUSHES).await {
        loop {
            // A call may end streams: what they have pushed after it goes nowhere.
            batch.retain(|push| push.stream.is_open());
            let call: Vec<_> = batch.drain(..fitting(&batch)).collect();
            if call.is_empty() {
                break;
            }
            admit(&replica, call).await;
        }
    }
}

/// How many of the first pushes make one call: one at least, where there is one.
fn fitting(pushes: &[Push]) -> usize {
    let mut bytes = 0;
    let fits = |push: &&Push| {
        bytes += push.sentence.as_ref().map_or(0, String::len);
        bytes <= MAX_BYTES
    };
    pushes.iter().take_while(fits).count().max(1).min(pushes.len())
}

async fn admit(replica: &Replica, batch: Vec<Push>) {
    let mut columns = Columns::default();
    let mut pushes: Vec<_> = Vec::with_capacity(batch.len());
    for Push { stream, number, sentence } in batch {
        columns.conversations.push(stream.conversation);
        columns.epochs.push(stream.epoch);
        columns.numbers.push(i64::from(number));
        columns.texts.push(sentence.map(String::into_bytes));
        pushes.push((stream, number));
    }
    let is_sentence: Vec<_> = columns.texts.iter().map(Option::is_some).collect();
    let outcomes = call(replica, columns).await;
    let mut enqueued = false;
    for (at, (stream, number)) in pushes.into_iter().enumerate() {
        match outcomes.as_ref().map(|outcomes| outcomes.get(at).map_or("lost", String::as_str)) {
            Ok("lost") if stream.key.is_some() => drop(stream.end(QueueError::TakenOver)),
            Ok("lost") | Err(_) => drop(stream.end(QueueError::Unreachable)),
            Ok(_) if !is_sentence[at] => stream.passed(),
            Ok(outcome) => {
                stream.admit(number, outcome == "enqueued");
                enqueued |= outcome == "enqueued";
            }
        }
    }
    if enqueued {
        replica.work.notify_one();
    }
}

/// The outcomes in the order of the columns.
async fn call(replica: &Replica, columns: Columns) -> Result<Vec<String>, crate::database::Away> {
    let (id, capacity) = (replica.id(), i64::from(replica.settings.capacity));
    let rows = replica.database.call("admit", move |connection| {
        let query = sqlx::query("SELECT outcome FROM admit($1, $2, $3, $4, $5, $6)")
            .bind(id)
            .bind(capacity)
            .bind(columns.conversations.clone())
            .bind(columns.epochs.clone())
            .bind(columns.numbers.clone())
            .bind(columns.texts.clone());
        Box::pin(query.fetch_all(connection))
    });
    Ok(rows.await?.iter().map(|row| row.get("outcome")).collect())
}
