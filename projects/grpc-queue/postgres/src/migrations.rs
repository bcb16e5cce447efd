//! Brings the database's schema up to date before anything else is done with it.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Connection, Executor, SqlSafeStr};

use crate::address::Address;
use crate::database;

/// One replica at a time creates the schema: with this advisory lock.
const CREATE_SCHEMA: &str =
    "BEGIN; SELECT pg_advisory_xact_lock(7453001); CREATE SCHEMA IF NOT EXISTS grpc_queue; COMMIT";

/// Lists migrations by the names of their files.
///
/// sqlx has a macro that reads the folder, which compiles sqlx, rustls and tokio a second time, for the compiler.
macro_rules! migrations {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../migrations/", $name, ".sql"))),)*]
    };
}

/// Every migration in its order: the name, which begins with its number, and the statements.
const MIGRATIONS: &[(&str, &str)] = migrations! {
    "0001_tables"
    "0002_admission"
    "0003_work"
    "0004_conversations"
    "0005_replicas"
    "0006_sweep_in_parts"
};

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
    let migrated = migrator().run_direct(None, &mut connection, false).await;
    migrated.map_err(|source| match source {
        MigrateError::VersionMissing(version) => ConnectError::Newer { address: address.clone(), version },
        source => ConnectError::Migrate { address: address.clone(), source },
    })?;
    connection.close().await.map_err(failed)
}

fn migrator() -> Migrator {
    let migration = |&(name, sql): &(&'static str, &'static str)| {
        let (number, title) = name.split_once('_')?;
        let title = title.replace('_', " ").into();
        Some(Migration::new(number.parse().ok()?, title, MigrationType::Simple, sql.into_sql_str(), false))
    };
    Migrator::with_migrations(MIGRATIONS.iter().filter_map(migration).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{MIGRATIONS, migrator};

    #[test]
    fn every_file_of_the_folder_is_a_migration_in_its_order() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let listed: Vec<_> = MIGRATIONS.iter().map(|(name, _)| format!("{name}.sql")).collect();
        assert_eq!(listed, files);
        let versions: Vec<_> = migrator().migrations.iter().map(|migration| migration.version).collect();
        assert_eq!(versions, (1..=i64::try_from(files.len()).unwrap()).collect::<Vec<_>>());
    }
}
