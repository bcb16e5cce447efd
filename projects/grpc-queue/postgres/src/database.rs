//! Calls of the database's functions: each in one round trip, and tried again until the database is back.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use tokio::time::{Instant, sleep, timeout};
use tracing::{info, warn};

use crate::settings::Settings;

/// A call that takes longer has failed, and its connection is not used again: nobody may be at the other end.
const CALL: Duration = Duration::from_secs(10);

/// Timeout for a new connection.
const CONNECT: Duration = Duration::from_secs(5);

/// The waits between tries grow from the first to the last.
const FIRST_WAIT: Duration = Duration::from_millis(10);
const LAST_WAIT: Duration = Duration::from_secs(1);

/// The database has been away for longer than anybody should wait.
#[derive(Debug)]
pub(crate) struct Away;

/// What is called: a query on a connection, which may run more than once.
pub(crate) trait Call<T>:
    Fn(&mut PgConnection) -> BoxFuture<'_, Result<T, sqlx::Error>> + Sync
{
}

impl<T, F: Fn(&mut PgConnection) -> BoxFuture<'_, Result<T, sqlx::Error>> + Sync> Call<T> for F {}

/// The connections of a replica. There are as many as calls at once: one for each batcher, and
/// a few for streams that open.
#[derive(Debug)]
pub(crate) struct Database {
    options: PgConnectOptions,
    /// Those that nobody uses now. The driver's pool would ask each connection whether it is alive after each use;
    /// here a dead one is found out by its call, which is tried again.
    idle: Mutex<Vec<PgConnection>>,
    /// The listener's own, which the driver takes from a pool.
    listeners: PgPool,
    away_timeout: Duration,
    /// The longest wait between two tries: whoever comes back late has lost its lease.
    last_wait: Duration,
    /// Since when every call has failed. All callers share what one has found out.
    away_since: Mutex<Option<Instant>>,
}

/// Connects within a timeout: what accepts a connection need not be a database, or not a healthy one.
pub(crate) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    timeout(CONNECT, PgConnection::connect_with(options))
        .await
        .unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())))
}

impl Database {
    pub(crate) fn new(options: PgConnectOptions, settings: &Settings) -> Self {
        let (away_timeout, last_wait) = (settings.away_timeout, settings.heartbeat().min(LAST_WAIT));
        let listeners = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(CONNECT)
            .connect_lazy_with(options.clone());
        Self {
            options,
            idle: Mutex::default(),
            listeners,
            away_timeout,
            last_wait,
            away_since: Mutex::default(),
        }
    }

    pub(crate) fn listeners(&self) -> &PgPool {
        &self.listeners
    }

    /// Says goodbye on all connections that nobody uses.
    pub(crate) async fn close(&self) {
        for connection in self.take_idle() {
            // It may be dead: then there is nobody to say goodbye to.
            drop(timeout(CONNECT, connection.close()).await);
        }
        self.listeners.close().await;
    }

    fn take_idle(&self) -> Vec<PgConnection> {
        std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn connection(&self) -> Result<PgConnection, sqlx::Error> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match idle {
            Some(connection) => Ok(connection),
            None => connect(&self.options).await,
        }
    }

    /// Calls until it succeeds, or until the database has been away for too long, be it for this call alone: one that
    /// takes no writes still answers others.
    pub(crate) async fn call<T>(&self, what: &str, call: impl Call<T>) -> Result<T, Away> {
        let begun = Instant::now();
        let mut wait = FIRST_WAIT;
        loop {
            match self.once(&call).await {
                Ok(value) => {
                    self.is_back();
                    return Ok(value);
                }
                Err(error) if self.is_away(what, &error) || begun.elapsed() >= self.away_timeout => {
                    return Err(Away);
                }
                Err(_) => {}
            }
            // Not all callers at once.
            sleep(wait.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
            wait = (wait * 2).min(self.last_wait);
        }
    }

    /// Calls until it succeeds, however long that takes.
    pub(crate) async fn insist<T>(&self, what: &str, call: impl Call<T>) -> T {
        loop {
            if let Ok(value) = self.call(what, &call).await {
                return value;
            }
            sleep(self.last_wait).await;
        }
    }

    /// Calls once.
    pub(crate) async fn once<T>(&self, call: &impl Call<T>) -> Result<T, sqlx::Error> {
        let mut connection = self.connection().await?;
        let called = timeout(CALL, call(&mut connection)).await;
        match called.unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))) {
            Ok(value) => {
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
                Ok(value)
            }
            Err(error) => {
                // Where one connection was cut, the others were, too.
                drop(self.take_idle());
                Err(error)
            }
        }
    }

    /// Notes a failed call, and says whether the database has been away for too long.
    fn is_away(&self, what: &str, error: &sqlx::Error) -> bool {
        let mut since = self.away_since.lock().unwrap_or_else(PoisonError::into_inner);
        if since.is_none() {
            warn!(%error, what, "a call of the database has failed and is tried again");
        }
        since.get_or_insert_with(Instant::now).elapsed() >= self.away_timeout
    }

    fn is_back(&self) {
        let since = self.away_since.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(since) = since {
            info!(after = ?since.elapsed(), "the database answers again");
        }
    }
}
