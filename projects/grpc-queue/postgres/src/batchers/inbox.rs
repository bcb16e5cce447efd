//! The inbox: messages from other replicas.

use std::sync::Arc;

use grpc_queue::QueueError;
use sqlx::Row;
use sqlx::postgres::PgRow;
use tokio::time::timeout;
use uuid::Uuid;

use crate::replica::Replica;

pub(super) async fn run(replica: Arc<Replica>) {
    let mut read = Vec::new();
    loop {
        if read.is_empty() {
            // The notification may be lost: then the message is found a little later.
            drop(timeout(replica.settings.look, replica.inbox.notified()).await);
        }
        let (id, before) = (replica.id(), std::mem::take(&mut read));
        let messages = replica.database.insist("read_mail", move |connection| {
            let query = sqlx::query("SELECT * FROM read_mail($1, $2)").bind(id).bind(before.clone());
            Box::pin(query.fetch_all(connection))
        });
        for message in messages.await {
            handle(&replica, &message);
            read.push(message.get::<i64, _>("id"));
        }
    }
}

/// Handles a message. Handling it twice does no harm.
fn handle(replica: &Replica, message: &PgRow) {
    let conversation: Uuid = message.get("conversation");
    let (number, fence): (i64, i64) = (message.get("number"), message.get("fence"));
    let stream = replica.stream(conversation);
    match message.get("kind") {
        "answered" => {
            if let Some(stream) = stream {
                stream.has_news();
            }
        }
        "taken_over" => {
            if let Some(stream) = stream.filter(|stream| stream.epoch < fence) {
                stream.end(QueueError::TakenOver);
            }
        }
        // Cancelled.
        _ => replica.held.release((conversation, number), fence),
    }
}
