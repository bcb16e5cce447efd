//! Claims sentences for idle workers, at most one for each.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;
use uuid::Uuid;

use super::rows::text;
use crate::database::Call;
use crate::job::PostgresJob;
use crate::replica::Replica;

/// An idle worker: where its next job goes.
pub(crate) type Idle = oneshot::Sender<PostgresJob>;

/// Maximum number of sentences taken in one call.
const MAX_TAKEN: usize = 64;

pub(super) async fn run(replica: Arc<Replica>, mut idle: mpsc::UnboundedReceiver<Idle>) {
    let mut workers = VecDeque::new();
    // Whether there may be something to take.
    let mut work = true;
    loop {
        while let Ok(worker) = idle.try_recv() {
            workers.push_back(worker);
        }
        // A worker that may take nothing now has closed its channel.
        workers.retain(|worker| !worker.is_closed());
        if work && !workers.is_empty() {
            work = take(&replica, &mut workers).await;
            continue;
        }
        tokio::select! {
            worker = idle.recv() => match worker {
                Some(worker) => workers.push_back(worker),
                None => return,
            },
            () = replica.work.notified(), if !work => work = true,
            // There may be no notification: another program has died, or it was lost.
            () = sleep(replica.settings.look), if !work => work = true,
        }
    }
}

/// Takes for idle workers, and says whether there may be more.
async fn take(replica: &Arc<Replica>, workers: &mut VecDeque<Idle>) -> bool {
    let wanted = workers.len().min(MAX_TAKEN);
    let (id, most) = (replica.id(), i32::try_from(wanted).unwrap_or(i32::MAX));
    let Ok(rows) = replica.database.once(&call(id, most)).await else {
        // It may have taken some, and the reply was lost.
        return_unknown(replica).await;
        return true;
    };
    for row in &rows {
        hand_out(job(replica, row), workers);
    }
    rows.len() == wanted
}

fn call(id: i64, most: i32) -> impl Call<Vec<PgRow>> {
    move |connection: &mut PgConnection| -> BoxFuture<'_, _> {
        Box::pin(sqlx::query("SELECT * FROM take($1, $2)").bind(id).bind(most).fetch_all(connection))
    }
}

fn job(replica: &Arc<Replica>, row: &PgRow) -> PostgresJob {
    let name = (row.get("conversation"), row.get("number"));
    PostgresJob::new(Arc::clone(replica), name, row.get("fence"), text(row.get("sentence")))
}

/// Gives a job to the first worker that still wants one; if there is none, it goes back as it is dropped.
fn hand_out(mut job: PostgresJob, workers: &mut VecDeque<Idle>) {
    while let Some(worker) = workers.pop_front() {
        match worker.send(job) {
            Ok(()) => return,
            Err(unwanted) => job = unwanted,
        }
    }
}

/// Gives back what the database takes for taken by this replica and no worker here knows of.
async fn return_unknown(replica: &Replica) {
    let id = replica.id();
    let held = replica.database.insist("held", move |connection| {
        Box::pin(sqlx::query("SELECT * FROM held($1)").bind(id).fetch_all(connection))
    });
    for row in held.await {
        let (name, fence): ((Uuid, i64), i64) =
            ((row.get("conversation"), row.get("number")), row.get("fence"));
        if !replica.held.contains(name, fence) {
            drop(replica.senders.give_back(name, fence));
        }
    }
}
