//! A scratch database on a Postgres that somebody else has started: created for one check or test, dropped with it.
//!
//! One thread with a runtime of its own owns the administrative connection. Callers block for the length of a statement,
//! on whatever runtime they are, and the database is dropped even where its owner is dropped by a panic.

mod address;
mod session;

use std::fmt;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

pub use self::address::Address;
use self::session::Session;

/// A database. Dropped, it is dropped on the server, whoever is still connected to it.
pub struct ScratchDatabase {
    session: Session,
    name: String,
    url: String,
}

/// Why there is no scratch database, or a statement on its server failed.
#[derive(Debug, thiserror::Error)]
pub enum ScratchError {
    /// The address isn't a URL that names a server.
    #[error("failed to find a server in the address: expected postgres://user:password@host:port/database")]
    NoServer,
    /// The address demands TLS. The few administrative statements of a suite don't speak it.
    #[error(
        "the address demands TLS (sslmode), which the suite's own connection doesn't speak: use prefer or disable"
    )]
    TlsDemanded,
    /// The address can't be read, or the server refused the connection.
    #[error("failed to connect")]
    Connect(#[source] tokio_postgres::Error),
    /// The server refused a statement.
    #[error("failed to execute {statement}")]
    Statement {
        /// The statement.
        statement: String,
        /// What the server said.
        source: tokio_postgres::Error,
    },
    /// The server didn't answer in time.
    #[error("failed to get an answer within {seconds} s")]
    Silent {
        /// The time in seconds.
        seconds: u64,
    },
    /// The system has no thread for the connection.
    #[error("failed to start the thread of the connection")]
    Thread(#[source] std::io::Error),
}

impl ScratchDatabase {
    /// Creates a database whose name begins with `prefix`, which consists of lower-case letters and underscores.
    ///
    /// # Errors
    ///
    /// [`ScratchError`] where no server answers at the address, or it lets nobody create a database.
    pub fn create(address: &Address, prefix: &str) -> Result<Self, ScratchError> {
        static CREATED: AtomicU32 = AtomicU32::new(0);
        let number = CREATED.fetch_add(1, Ordering::Relaxed);
        let name = format!("{prefix}_{}_{number}_{:08x}", process::id(), fastrand::u32(..));
        let url = address.with_database(&name).ok_or(ScratchError::NoServer)?;
        let session = Session::open(address)?;
        session.ask(format!("CREATE DATABASE {name}"))?;
        Ok(Self { session, name, url })
    }

    /// Its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its address, for the program under test.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Executes a statement on the address's own database, and gives the first value of its first row.
    ///
    /// # Errors
    ///
    /// [`ScratchError`] where the server refuses it or doesn't answer.
    pub fn administer(&self, statement: impl Into<String>) -> Result<Option<String>, ScratchError> {
        self.session.ask(statement.into())
    }

    /// Terminates every connection to it.
    ///
    /// # Errors
    ///
    /// [`ScratchError`] where the server refuses to, or doesn't answer.
    pub fn cut_connections(&self) -> Result<(), ScratchError> {
        let name = &self.name;
        let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        self.administer(cut).map(drop)
    }
}

impl fmt::Debug for ScratchDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScratchDatabase").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Drop for ScratchDatabase {
    fn drop(&mut self) {
        // A server that has ended has nothing left to clean up.
        self.session.ask(format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)).ok();
    }
}
