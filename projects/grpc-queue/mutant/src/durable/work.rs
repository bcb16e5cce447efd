//! The workers of a queue in a database: each claims a sentence for a while, and sends a heartbeat until it is done.

use std::sync::Arc;
use std::time::Duration;

use grpc_queue_acceptance::mutants::Defect;

use super::{Durable, LOOK, until_done};
use crate::upstream::Upstream;

/// A sentence that a worker has taken.
#[derive(Debug)]
struct Taken {
    place: i64,
    /// Another worker that takes it has another.
    token: i64,
    sentence: String,
}

/// Starts as many workers as are asked for.
pub(crate) fn start(durable: &Arc<Durable>, upstream: &Arc<Upstream>, workers: usize) {
    for _ in 0..workers {
        let (durable, upstream) = (Arc::clone(durable), Arc::clone(upstream));
        tokio::spawn(async move {
            loop {
                upstream.admits().await;
                match until_done!(durable, durable.take()) {
                    Some(taken) => durable.work(&upstream, taken).await,
                    None => tokio::time::sleep(LOOK).await,
                }
            }
        });
    }
}

impl Durable {
    async fn work(&self, upstream: &Upstream, taken: Taken) {
        let before = self.troubles();
        let result = tokio::select! {
            result = upstream.answer(&taken.sentence) => result,
            () = self.lost(&taken) => return,
        };
        let (mut answer, mut failed) = match result {
            Ok(answer) => (answer, false),
            Err(refused) => (refused.reason, true),
        };
        until_done!(self, {
            if self.wrong.is(Defect::TroubleIsFailure) && self.troubles() > before {
                (answer, failed) = ("the database was away".to_owned(), true);
            }
            self.done(&taken, &answer, failed)
        });
    }

    /// Takes the sentence that has waited longest, or one whose worker gives no sign of life.
    async fn take(&self) -> sqlx::Result<Option<Taken>> {
        let taken: Option<(i64, i64, String)> = sqlx::query_as(
            "UPDATE sentences SET state = 1, token = token + 1, until = clock_timestamp() + make_interval(secs => $1)
             WHERE place = (
                 SELECT place FROM sentences
                 WHERE state = 0 OR (state = 1 AND until < clock_timestamp())
                 ORDER BY place LIMIT 1 FOR UPDATE SKIP LOCKED)
             RETURNING place, token, sentence",
        )
        .bind(self.lease.as_secs_f64())
        .fetch_optional(&self.pool)
        .await?;
        Ok(taken.map(|(place, token, sentence)| Taken { place, token, sentence }))
    }

    /// Gives signs of life until the sentence is another's, or nobody's any more.
    async fn lost(&self, taken: &Taken) {
        loop {
            tokio::time::sleep((self.lease / 4).min(Duration::from_millis(100))).await;
            if !until_done!(self, self.beat(taken)) {
                return;
            }
        }
    }

    async fn beat(&self, taken: &Taken) -> sqlx::Result<bool> {
        let renews = !self.wrong.is(Defect::LeaseUnrenewed);
        let beat = sqlx::query(
            "UPDATE sentences SET until = CASE WHEN $4 THEN clock_timestamp() + make_interval(secs => $3) ELSE until END
             WHERE place = $1 AND state = 1 AND (token = $2 OR $5)",
        )
        .bind(taken.place)
        .bind(taken.token)
        .bind(self.lease.as_secs_f64())
        .bind(renews)
        .bind(self.wrong.is(Defect::NoFence))
        .execute(&self.pool)
        .await?;
        Ok(beat.rows_affected() > 0)
    }

    /// Writes an answer, unless the sentence is another's by now.
    async fn done(&self, taken: &Taken, answer: &str, failed: bool) -> sqlx::Result<()> {
        sqlx::query(
            "UPDATE sentences SET state = 2, answer = $3, failed = $4
             WHERE place = $1 AND state = 1 AND (token = $2 OR $5)",
        )
        .bind(taken.place)
        .bind(taken.token)
        .bind(answer)
        .bind(failed)
        .bind(self.wrong.is(Defect::NoFence))
        .execute(&self.pool)
        .await
        .map(drop)
    }
}
