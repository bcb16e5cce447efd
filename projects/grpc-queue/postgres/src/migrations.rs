//! Brings the database's schema up to date before anything else is done with it.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Connection, Executor};

use crate::address::Address;
use crate::database;

/// One replica at a time creates the schema: with this advisory lock.
const CREATE_SCHEMA: &str =
    "BEGIN; SELECT pg_advisory_xact_lock(7453001); CREATE SCHEMA IF NOT EXISTS grpc_queue; COMMIT";

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// A queue in Postgres can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The database doesn't answer, or refuses.
    #[error("failed to connect to {address}")]
    Connect {
        /// Without its password.
        address: Address,
        /// What was met.
        #[source]
        source: sqlx::Error,
    },
    /// The schema was made by a newer version of this program.
    #[error(
        "the queue in {address} has version {version}, which this program doesn't know: it needs a newer one"
    )]
    Newer {
        /// Without its password.
        address: Address,
        /// The number of a migration that this program doesn't have.
        version: i64,
    },
    /// The schema can't be brought up to date.
    #[error("failed to bring the queue in {address} up to date")]
    Migrate {
        /// Without its password.
        address: Address,
        /// What was met.
        #[source]
        source: MigrateError,
    },
}

/// Brings the schema up to date. Replicas that start together do so one after the other.
pub(crate) async fn migrate(address: &Address) -> Result<(), ConnectError> {
    let failed = |source| ConnectError::Connect { address: address.clone(), source };
    let mut connection = database::connect(&address.options()).await.map_err(failed)?;
    connection.execute(CREATE_SCHEMA).await.map_err(failed)?;
    // The migrator takes a lock of its own.
    let migrated = MIGRATIONS.run_direct(None, &mut connection, false).await;
    migrated.map_err(|source| match source {
        MigrateError::VersionMissing(version) => ConnectError::Newer { address: address.clone(), version },
        source => ConnectError::Migrate { address: address.clone(), source },
    })?;
    connection.close().await.map_err(failed)
}
