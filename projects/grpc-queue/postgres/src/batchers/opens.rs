//! Streams that begin. Each is opened completely, also when its client disconnects in between: then it is closed again.

use std::sync::Arc;

use grpc_queue::{OpenError, Opening, QueueError};
use sqlx::Row;
use sqlx::postgres::PgRow;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::rows::number;
use crate::conversation::PostgresConversation;
use crate::replica::Replica;
use crate::stream::{Opened, Stream};

/// A stream that begins.
pub(crate) struct Request {
    pub(crate) opening: Opening,
    /// Dropped before the conversation is open, it opens none that stays.
    pub(crate) opened: oneshot::Sender<Result<PostgresConversation, OpenError>>,
}

/// Maximum number of streams opened at once, each over its own connection.
const MAX_OPENING: usize = 6;

pub(super) async fn run(replica: Arc<Replica>, mut requests: mpsc::UnboundedReceiver<Request>) {
    let mut opening = JoinSet::new();
    loop {
        tokio::select! {
            request = requests.recv(), if opening.len() < MAX_OPENING => match request {
                Some(request) => drop(opening.spawn(answer(Arc::clone(&replica), request))),
                None => return,
            },
            Some(_) = opening.join_next() => {}
        }
    }
}

async fn answer(replica: Arc<Replica>, request: Request) {
    // A client that disconnected while it waited for its turn opens nothing.
    if request.opened.is_closed() {
        return;
    }
    let conversation = open(&replica, request.opening).await;
    // Nobody there: it is closed as it is dropped.
    drop(request.opened.send(conversation));
}

async fn open(replica: &Arc<Replica>, opening: Opening) -> Result<PostgresConversation, OpenError> {
    let fresh = Uuid::new_v4();
    // This program's own stream with the key ends first: then it is known how far it came.
    let former = opening.key.as_deref().and_then(|key| replica.stream_with_key(key));
    let former = former.map(|stream| (stream.epoch, stream.end(QueueError::TakenOver)));
    let opened = loop {
        let id = replica.id();
        let (key, received) = (opening.key.clone(), opening.received.map(i64::from));
        let row = replica.database.call("open", move |connection| {
            let query = sqlx::query("SELECT * FROM open($1, $2, $3, $4, $5, $6, $7)")
                .bind(id)
                .bind(fresh)
                .bind(key.clone())
                .bind(received)
                .bind(former.map(|(epoch, _)| epoch))
                .bind(former.map(|(_, standing)| i64::from(standing.numbered)))
                .bind(former.map(|(_, standing)| i64::from(standing.got)));
            Box::pin(query.fetch_optional(connection))
        });
        if let Some(row) = row.await.map_err(|_| OpenError::Unreachable)? {
            break opened(&row);
        }
        // Declared dead: the next heartbeat registers it again.
        replica.registered_again(id).await;
    };
    let stream = Arc::new(Stream::new(&opened, opening.key));
    replica.add(&stream);
    Ok(PostgresConversation::new(Arc::clone(replica), stream, opened.numbered))
}

fn opened(row: &PgRow) -> Opened {
    Opened {
        conversation: row.get("id"),
        epoch: row.get("epoch"),
        numbered: number(row.get("numbered")),
        sent: number(row.get("sent")),
        owed: usize::try_from(row.get::<i64, _>("owed")).unwrap_or_default(),
    }
}
