//! Listens for notifications: that there is work, that there are messages in the inbox.

use std::sync::Arc;

use sqlx::postgres::{PgListener, PgNotification};
use tokio::time::sleep;
use tracing::debug;

use crate::replica::Replica;

/// The session of this connection holds a lock with this number and the replica's: the replica is connected. Shared,
/// since the session before it may not have ended yet; who looks for it tries to get it alone.
pub(super) const SESSIONS: i32 = 7_453_002;

pub(super) async fn run(replica: Arc<Replica>) {
    loop {
        if let Err(error) = listen(&replica).await {
            debug!(%error, "the listener's connection has ended");
        }
        // Without it everything goes on, a little slower.
        sleep(replica.settings.heartbeat()).await;
    }
}

/// Listens until the connection breaks or the replica has another number.
async fn listen(replica: &Replica) -> Result<(), sqlx::Error> {
    let id = replica.id();
    let mut listener = PgListener::connect_with(replica.database.listeners()).await?;
    listener.eager_reconnect(false);
    let lock = sqlx::query("SELECT pg_advisory_lock_shared($1, ($2 % 2147483647)::integer)");
    lock.bind(SESSIONS).bind(id).execute(&mut listener).await?;
    let inbox = format!("grpc_queue_mail_{id}");
    listener.listen_all(["grpc_queue_work", &inbox]).await?;
    // Whatever came before is looked for once.
    replica.work.notify_one();
    replica.inbox.notify_one();
    while let Some(notification) = listener.try_recv().await? {
        if replica.id() != id {
            break;
        }
        hear(replica, id, &notification);
    }
    Ok(())
}

fn hear(replica: &Replica, id: i64, notification: &PgNotification) {
    if notification.channel() != "grpc_queue_work" {
        replica.inbox.notify_one();
    } else if notification.payload().parse() != Ok(id) {
        replica.work.notify_one();
    }
}
