//! The server's address: named in the environment, else the compose service's.

use std::env;
use std::time::Duration;

use crate::timeouts::{POSTGRES_GLANCE_TIMEOUT, POSTGRES_TIMEOUT};

/// The address of a Postgres server, with a database that the user may connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    url: String,
    named: bool,
}

impl Address {
    /// An address that somebody has named, as in `postgres://user:password@host:port/database`.
    pub fn named(url: impl Into<String>) -> Self {
        Self { url: url.into(), named: true }
    }

    /// `DATABASE_URL`, else the compose service's address with what `POSTGRES_USER`, `POSTGRES_PASSWORD`,
    /// `POSTGRES_PORT` and `POSTGRES_DB` say of it.
    pub fn of_environment() -> Self {
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        if let Some(url) = set("DATABASE_URL") {
            return Self::named(url);
        }
        let or = |name, default: &str| set(name).unwrap_or_else(|| default.to_owned());
        let (user, password) = (or("POSTGRES_USER", "workspace"), or("POSTGRES_PASSWORD", "workspace"));
        let (port, database) = (or("POSTGRES_PORT", "5432"), or("POSTGRES_DB", "workspace"));
        Self { url: format!("postgres://{user}:{password}@127.0.0.1:{port}/{database}"), named: false }
    }

    /// The whole address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How long a connection may take: an address that nobody has named gets only a glance.
    pub(super) fn timeout(&self) -> Duration {
        if self.named { POSTGRES_TIMEOUT } else { POSTGRES_GLANCE_TIMEOUT }
    }

    /// The same address with another database. What follows a question mark stays.
    pub(super) fn with_database(&self, name: &str) -> Option<String> {
        let (scheme, rest) = self.url.split_once("://")?;
        let (place, parameters) = match rest.split_once('?') {
            Some((place, parameters)) => (place, format!("?{parameters}")),
            None => (rest, String::new()),
        };
        let server = place.split('/').next().unwrap_or(place);
        Some(format!("{scheme}://{server}/{name}{parameters}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_gets_another_database_and_keeps_the_rest() {
        let check = |address: &str, expected: Option<&str>| {
            assert_eq!(Address::named(address).with_database("mine").as_deref(), expected, "{address}");
        };
        check("postgres://me:secret@host:5432/theirs", Some("postgres://me:secret@host:5432/mine"));
        check("postgresql://host/theirs?sslmode=disable", Some("postgresql://host/mine?sslmode=disable"));
        check("postgres://host", Some("postgres://host/mine"));
        check("postgres://host?a=b/c", Some("postgres://host/mine?a=b/c"));
        check("host=here", None);
    }
}
