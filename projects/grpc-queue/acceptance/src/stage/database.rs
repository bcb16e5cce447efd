//! A database of the check's own on a Postgres that somebody else has started; it is dropped with the check.

use std::cell::RefCell;
use std::env;
use std::fmt;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use proctor_harness::Stop;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::Stage;

/// So long an address may take to answer that nobody has named.
const GLANCE: Duration = Duration::from_secs(1);
/// So long anything else of Postgres may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// A database. Dropped, it is gone, whoever is still connected to it.
pub(crate) struct Database<'s> {
    stage: &'s Stage<'s>,
    /// To the database of the address. Borrowed for the length of a statement only.
    admin: RefCell<PgConnection>,
    name: String,
    url: String,
}

impl<'t> Stage<'t> {
    /// A new database.
    ///
    /// # Errors
    ///
    /// [`Stop::Skipped`] where no Postgres answers, or it lets nobody make a database.
    pub(crate) fn database(&'t self) -> Result<Database<'t>, Stop> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let named = env::var("DATABASE_URL").ok().filter(|url| !url.is_empty());
        let within = if named.is_some() { PATIENCE } else { GLANCE };
        let address = &named.unwrap_or_else(of_compose);
        let missing = |why: String| {
            Stop::Skipped(format!(
                "no Postgres: set DATABASE_URL or run docker compose up -d postgres ({why})"
            ))
        };
        let connect = async { tokio::time::timeout(within, PgConnection::connect(address)).await };
        let mut admin = match self.wait(connect) {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return Err(missing(error.to_string())),
            Err(_) => return Err(missing("it doesn't answer".to_owned())),
        };
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("grpc_queue_check_{}_{number}_{:08x}", process::id(), fastrand::u32(..));
        let url =
            in_database(address, &name).ok_or_else(|| missing("the address names no server".to_owned()))?;
        self.execute(&mut admin, &format!("CREATE DATABASE {name}"))
            .map_err(|why| missing(format!("no database can be made: {why}")))?;
        Ok(Database { stage: self, admin: RefCell::new(admin), name, url })
    }

    fn execute(&self, connection: &mut PgConnection, statement: &str) -> Result<(), String> {
        // Nothing but names of our own is put into statements.
        let statement = sqlx::query(AssertSqlSafe(statement.to_owned()));
        let done = async { tokio::time::timeout(PATIENCE, statement.execute(connection)).await };
        match self.wait(done) {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("it takes too long".to_owned()),
        }
    }
}

impl Database<'_> {
    /// What `QUEUE_URL` is set to.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Cuts every connection to it.
    pub(crate) fn cut(&self) -> Result<(), Stop> {
        self.stage.transcript().note("every connection to the database is cut");
        let cut =
            format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", self.name);
        self.stage
            .execute(&mut self.admin.borrow_mut(), &cut)
            .map_err(|why| Stop::Skipped(format!("connections can't be cut: {why}")))
    }
}

impl fmt::Debug for Database<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A Postgres that is gone has nothing left to clean up.
        self.stage.execute(&mut self.admin.borrow_mut(), &drop).ok();
    }
}

/// The compose service's address, with what a person may have said of it otherwise.
fn of_compose() -> String {
    let said = |name, usual: &str| env::var(name).unwrap_or_else(|_| usual.to_owned());
    let (user, password) = (said("POSTGRES_USER", "workspace"), said("POSTGRES_PASSWORD", "workspace"));
    let (port, database) = (said("POSTGRES_PORT", "5432"), said("POSTGRES_DB", "workspace"));
    format!("postgres://{user}:{password}@127.0.0.1:{port}/{database}")
}

/// The same address with another database. What stands behind a question mark stays.
fn in_database(address: &str, name: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let (place, parameters) = match rest.split_once('?') {
        Some((place, parameters)) => (place, format!("?{parameters}")),
        None => (rest, String::new()),
    };
    let server = place.split('/').next().unwrap_or(place);
    Some(format!("{scheme}://{server}/{name}{parameters}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gets_another_database_and_keeps_the_rest() {
        let check = |address: &str, expected: Option<&str>| {
            assert_eq!(in_database(address, "mine").as_deref(), expected, "{address}");
        };
        check("postgres://me:secret@host:5432/theirs", Some("postgres://me:secret@host:5432/mine"));
        check("postgresql://host/theirs?sslmode=disable", Some("postgresql://host/mine?sslmode=disable"));
        check("postgres://host", Some("postgres://host/mine"));
        check("postgres://host?a=b/c", Some("postgres://host/mine?a=b/c"));
        check("host=here", None);
    }
}
