//! Where things are: the repository's root, a setting as compose sees it, the addresses of the services.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{AWS_ENDPOINT_URL, DATABASE_URL};

/// The address of Postgres: `DATABASE_URL`, else that of the compose service with what `.env` changes of it.
#[must_use]
pub fn postgres_url() -> String {
    setting(DATABASE_URL).unwrap_or_else(|| {
        let value = |name, default: &str| setting(name).unwrap_or_else(|| default.to_owned());
        let (user, password) = (value("POSTGRES_USER", "workspace"), value("POSTGRES_PASSWORD", "workspace"));
        let (port, database) = (value("POSTGRES_PORT", "5432"), value("POSTGRES_DB", "workspace"));
        format!("postgres://{user}:{password}@127.0.0.1:{port}/{database}")
    })
}

/// The address of S3: `AWS_ENDPOINT_URL`, else that of the compose service's LocalStack.
#[must_use]
pub fn aws_endpoint_url() -> String {
    setting(AWS_ENDPOINT_URL).unwrap_or_else(|| {
        format!("http://127.0.0.1:{}", setting("LOCALSTACK_PORT").unwrap_or_else(|| "4566".to_owned()))
    })
}

/// The nearest folder on the way up that holds `docker-compose.yml`, else the current one.
pub(crate) fn root() -> PathBuf {
    let here = env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let root = here.ancestors().find(|folder| folder.join("docker-compose.yml").is_file());
    root.map_or_else(|| here.clone(), Path::to_path_buf)
}

/// `user:password@host:port` of a URL without the user, and with a port; nothing where the URL names no host.
pub(crate) fn authority(url: &str, default: u16) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let ported = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    (!host.is_empty()).then(|| if ported { host.to_owned() } else { format!("{host}:{default}") })
}

/// A variable of the environment, else of `.env` beside `docker-compose.yml`.
fn setting(name: &str) -> Option<String> {
    let own = env::var(name).ok().filter(|value| !value.is_empty());
    own.or_else(|| in_file(&fs::read_to_string(root().join(".env")).ok()?, name))
}

fn in_file(text: &str, name: &str) -> Option<String> {
    let mut found = None;
    for line in text.lines() {
        if let Some((key, value)) = line.split_once('=')
            && key.trim() == name
        {
            found = Some(value.trim().trim_matches(['"', '\'']).to_owned());
        }
    }
    found.filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{authority, in_file};

    #[test]
    fn the_last_line_of_a_name_holds_and_quotes_go() {
        let text = "# PORT=1\nPORT=2\nPORT = \"3\"\nOTHER=\n";
        assert_eq!(in_file(text, "PORT").as_deref(), Some("3"));
        assert_eq!(in_file(text, "OTHER"), None);
    }

    #[test]
    fn addresses_come_out_of_urls() {
        let of = |url| authority(url, 5432);
        assert_eq!(of("postgres://u:p@db:6000/x?y").as_deref(), Some("db:6000"));
        assert_eq!(of("postgres://db/x").as_deref(), Some("db:5432"));
        assert_eq!(of("postgres:///x"), None);
    }
}
