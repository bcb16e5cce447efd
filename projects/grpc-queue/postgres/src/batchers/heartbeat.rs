//! The heartbeat, and the sweep after replicas that have none.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use grpc_queue::QueueError;
use sqlx::postgres::types::PgInterval;
use sqlx::{PgConnection, Row};
use tokio::time::{Instant, timeout};
use tracing::{info, warn};

use super::listener::SESSIONS;
use crate::database::{Away, Call};
use crate::replica::Replica;
use crate::settings::Settings;

/// Maximum number of conversations forgotten in one sweep, as in the migrations.
const MAX_FORGOTTEN: i64 = 1000;

pub(super) async fn run(replica: Arc<Replica>) {
    let beat = replica.settings.heartbeat();
    // Others may have been cut off as long as this one: they get their lease's time to come back.
    let mut sweep_from = Instant::now();
    let mut last = Instant::now();
    loop {
        drop(timeout(beat, replica.reregister.notified()).await);
        if !send_heartbeat(&replica).await {
            continue;
        }
        if last.elapsed() > 2 * beat {
            sweep_from = Instant::now() + replica.settings.lease;
        }
        last = Instant::now();
        if last >= sweep_from {
            sweep(&replica).await;
        }
    }
}

/// Sends a heartbeat. `false` when the database is away.
async fn send_heartbeat(replica: &Replica) -> bool {
    let id = replica.id();
    let beat = replica.database.call("beat", move |connection| {
        Box::pin(sqlx::query_scalar::<_, Option<i64>>("SELECT beat($1)").bind(id).fetch_one(connection))
    });
    match beat.await {
        Ok(Some(waiting)) => replica.waiting.store(waiting.try_into().unwrap_or_default(), Ordering::Relaxed),
        Ok(None) => {
            let id = replica.database.insist("register", register(&replica.settings)).await;
            warn!(replica = id, "was declared gone and has joined the queue again: its streams have ended");
            replica.start_again(id);
        }
        Err(Away) => {
            let owed = replica.end_all(&QueueError::Unreachable);
            if owed > 0 {
                warn!(owed, "the database has been away for too long: all streams have ended");
            }
            return false;
        }
    }
    true
}

async fn sweep(replica: &Replica) {
    let (id, keep) = (replica.id(), PgInterval::try_from(replica.settings.keep).unwrap_or_default());
    let swept = replica.database.call("sweep", move |connection| {
        let query = sqlx::query("SELECT * FROM sweep($1, $2, $3)").bind(id).bind(SESSIONS).bind(keep);
        Box::pin(query.fetch_one(connection))
    });
    let Ok(row) = swept.await else { return };
    let (put_back, gone, forgotten): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    if forgotten >= MAX_FORGOTTEN {
        // There are more, as a rule.
        replica.reregister.notify_one();
    }
    if put_back + gone + forgotten > 0 {
        info!(put_back, gone, forgotten, "looked after what others have left");
    }
}

pub(crate) fn register(settings: &Settings) -> impl Call<i64> + use<> {
    // No shorter than some signs of life take: they can't come as often as one might like.
    let lease = settings.lease.max(4 * settings.heartbeat());
    let (name, lease) = (settings.name.clone(), PgInterval::try_from(lease).unwrap_or_default());
    move |connection: &mut PgConnection| {
        let query = sqlx::query_scalar("SELECT register($1, $2)").bind(name.clone()).bind(lease);
        Box::pin(query.fetch_one(connection)) as _
    }
}

pub(crate) fn leave(id: i64) -> impl Call<()> {
    move |connection: &mut PgConnection| {
        Box::pin(async move {
            sqlx::query("SELECT leave($1)").bind(id).execute(connection).await?;
            Ok(())
        }) as _
    }
}
