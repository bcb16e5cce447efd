//! The queue in a database: one table of conversations, one of sentences, and polling.

mod conversation;
mod work;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use grpc_queue_acceptance::mutants::Defect;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use crate::Wrong;
use crate::settings::Settings;

pub(crate) use self::conversation::{Found, Pushed, Told};
pub(crate) use self::work::start;

/// Between two looks.
pub(crate) const LOOK: Duration = Duration::from_millis(20);

/// A program that starts makes the tables, unless they are there. Two that start together take turns.
const SCHEMA: &str = "
    SELECT pg_advisory_xact_lock(6, 1);
    CREATE TABLE IF NOT EXISTS conversations (
        id bigserial PRIMARY KEY,
        key text UNIQUE,
        stream bigint NOT NULL,
        last int NOT NULL DEFAULT 0,
        sent int NOT NULL DEFAULT 0
    );
    CREATE TABLE IF NOT EXISTS sentences (
        place bigserial PRIMARY KEY,
        conversation bigint NOT NULL REFERENCES conversations ON DELETE CASCADE,
        number int NOT NULL,
        sentence text NOT NULL,
        program bigint NOT NULL,
        state smallint NOT NULL DEFAULT 0,
        token bigint NOT NULL DEFAULT 0,
        until timestamptz,
        answer text,
        failed boolean NOT NULL DEFAULT false,
        UNIQUE (conversation, number)
    );
";

/// Does something until the database does it: connections may be cut at any time.
macro_rules! until_done {
    ($durable:expr, $act:expr) => {
        loop {
            match $act.await {
                Ok(done) => break done,
                Err(error) => $durable.note(&error).await,
            }
        }
    };
}
pub(crate) use until_done;

/// The database.
#[derive(Debug)]
pub(crate) struct Durable {
    pool: PgPool,
    capacity: i64,
    lease: Duration,
    /// Tells programs apart.
    program: i64,
    /// How often something failed: only a mutant that is confused by that looks at it.
    troubles: AtomicU64,
    wrong: Wrong,
}

impl Durable {
    /// Connects, and makes the tables.
    pub(crate) async fn open(url: &str, settings: &Settings, wrong: Wrong) -> sqlx::Result<Self> {
        // A connection that was cut is noticed where it is used.
        let options = PgPoolOptions::new().max_connections(8).test_before_acquire(false);
        let pool = options.acquire_timeout(Duration::from_secs(5)).connect(url).await?;
        let mut making = pool.begin().await?;
        sqlx::raw_sql(SCHEMA).execute(&mut *making).await?;
        if wrong.is(Defect::ForgetsAtStart) {
            sqlx::query("DELETE FROM sentences WHERE state = 0").execute(&mut *making).await?;
        }
        making.commit().await?;
        let capacity = i64::try_from(settings.capacity).unwrap_or(i64::MAX);
        let program = fastrand::i64(..);
        Ok(Self { pool, capacity, lease: settings.lease, program, troubles: AtomicU64::new(0), wrong })
    }

    /// Something has failed and will be done again.
    pub(crate) async fn note(&self, _error: &sqlx::Error) {
        self.troubles.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(LOOK).await;
    }

    pub(crate) fn troubles(&self) -> u64 {
        self.troubles.load(Ordering::Relaxed)
    }
}
