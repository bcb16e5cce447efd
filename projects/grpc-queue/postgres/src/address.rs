//! The database of the queue, parsed from `QUEUE_URL`.

use std::fmt;
use std::str::FromStr;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

/// Everything is in this schema, the list of migrations included.
pub(crate) const SCHEMA: &str = "grpc_queue";

/// The address of a database, as in `postgres://user:password@host:port/database`. Shown without its password.
#[derive(Clone)]
pub struct Address(PgConnectOptions);

/// An address can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an address like postgres://user:password@host:port/database")]
pub struct AddressError;

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
        // Without a host the driver would look for a socket or at other variables: a half-set address is an error.
        if rest.is_none_or(|rest| rest.is_empty() || rest.starts_with(['/', '?'])) {
            return Err(AddressError);
        }
        text.parse().map(Self).map_err(|_| AddressError)
    }
}

impl Address {
    /// How this queue's sessions are set up.
    pub(crate) fn options(&self) -> PgConnectOptions {
        let options = self.0.clone().application_name("grpc-queue").disable_statement_logging();
        options.options([
            // A schema of its own, so that it gets along with whatever else is in the database.
            ("search_path", SCHEMA),
            // Each query finds its rows by an index. A plan made while the tables were empty must not say otherwise.
            ("enable_seqscan", "off"),
            // Nothing here runs long enough to be worth compiling.
            ("jit", "off"),
            // What a replica has given up on, because it was too slow, should not go on.
            ("statement_timeout", "10s"),
            ("lock_timeout", "10s"),
        ])
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgres://{}:{}", self.0.get_host(), self.0.get_port())?;
        self.0.get_database().map_or(Ok(()), |database| write!(f, "/{database}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_address_of_a_postgres_is_one() {
        for text in [
            "",
            "postgres://",
            "postgres:///db",
            "mysql://localhost/db",
            "localhost:5432",
            "postgres://h:port/db",
        ] {
            assert_eq!(text.parse::<Address>().map(drop), Err(AddressError), "{text}");
        }
        for text in ["postgres://localhost", "postgresql://user:password@127.0.0.1:5432/db?sslmode=disable"] {
            assert!(text.parse::<Address>().is_ok(), "{text}");
        }
    }

    #[test]
    fn the_password_is_not_shown() {
        let address: Address = "postgres://user:hidden@localhost:1/db".parse().unwrap();
        assert_eq!(format!("{address}"), "postgres://localhost:1/db");
        assert_eq!(format!("{address:?}"), "Address(postgres://localhost:1/db)");
    }
}
