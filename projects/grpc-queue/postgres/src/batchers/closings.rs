//! Batches the ends of streams.

use std::sync::Arc;

use tokio::sync::mpsc;
use uuid::Uuid;

use crate::channels::{Closing, gather};
use crate::replica::Replica;

/// Maximum number of streams closed in one call.
const MAX_STREAMS: usize = 256;

/// One call's streams, column by column.
#[derive(Clone, Default)]
struct Columns {
    conversations: Vec<Uuid>,
    epochs: Vec<i64>,
    numbered: Vec<i64>,
    got: Vec<i64>,
}

pub(super) async fn run(replica: Arc<Replica>, mut closings: mpsc::UnboundedReceiver<Closing>) {
    let mut batch = Vec::new();
    while gather(&mut closings, &mut batch, MAX_STREAMS).await {
        let (mut columns, mut streams, mut waiting) = (Columns::default(), Vec::new(), Vec::new());
        for closing in batch.drain(..) {
            match closing {
                Closing::Stream(stream, standing) => {
                    columns.conversations.push(stream.conversation);
                    columns.epochs.push(stream.epoch);
                    columns.numbered.push(i64::from(standing.numbered));
                    columns.got.push(i64::from(standing.got));
                    streams.push(stream);
                }
                Closing::Settled(done) => waiting.push(done),
            }
        }
        if !columns.conversations.is_empty() {
            close(&replica, columns).await;
        }
        for stream in &streams {
            replica.remove(stream);
        }
        drop(waiting);
    }
}

/// However long it takes: their places are to be free.
async fn close(replica: &Replica, columns: Columns) {
    let id = replica.id();
    let closed = replica.database.insist("close", move |connection| {
        let query = sqlx::query("SELECT close($1, $2, $3, $4, $5)")
            .bind(id)
            .bind(columns.conversations.clone())
            .bind(columns.epochs.clone())
            .bind(columns.numbered.clone())
            .bind(columns.got.clone());
        Box::pin(query.execute(connection))
    });
    closed.await;
}
