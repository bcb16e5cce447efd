//! Postgres: from the environment, else in a container that is removed with the value.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use testcontainers::core::IntoContainerPort;
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, GenericImage, ImageExt};

use crate::docker::{self, LABEL, run};
use crate::{DATABASE_URL, Image, Source, Unavailable};

/// Timeout for the first query to a server.
const DEADLINE: Duration = Duration::from_secs(60);

/// A Postgres that has answered a query.
#[derive(Debug)]
pub struct Postgres {
    url: String,
    pool: PgPool,
    source: Source,
    /// Owns the container: dropping it removes the container.
    _container: Option<ContainerAsync<GenericImage>>,
}

impl Postgres {
    /// The address, password included: for a program under test.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A pool that is connected.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Where it came from.
    #[must_use]
    pub const fn source(&self) -> &Source {
        &self.source
    }
}

/// Finds Postgres: `DATABASE_URL`, else a container.
///
/// # Errors
///
/// [`Unavailable::Skipped`] when there is neither address nor Docker; any other case is a failure.
pub async fn postgres() -> Result<Postgres, Unavailable> {
    if let Some(url) = std::env::var(DATABASE_URL).ok().filter(|url| !url.is_empty()) {
        let pool = connect(&url).await?;
        return Ok(Postgres { url, pool, source: Source::Environment(DATABASE_URL), _container: None });
    }
    docker::find().await.map_err(|reason| Unavailable::Skipped { variable: DATABASE_URL, reason })?;
    let image = Image::postgres()?;
    let failed = |source| Unavailable::Container { image: image.to_string(), source };
    let container = GenericImage::new(image.name.clone(), image.tag.clone())
        .with_exposed_port(5432.tcp())
        .with_env_var("POSTGRES_USER", "workspace")
        .with_env_var("POSTGRES_PASSWORD", "workspace")
        .with_env_var("POSTGRES_DB", "workspace")
        .with_label(LABEL, run())
        .with_cmd(SETTINGS)
        .start()
        .await
        .map_err(failed)?;
    let host = container.get_host().await.map_err(failed)?;
    let port = container.get_host_port_ipv4(5432.tcp()).await.map_err(failed)?;
    let url = format!("postgres://workspace:workspace@{host}:{port}/workspace");
    let pool = connect(&url).await?;
    // The first hash of the password is older than the setting.
    let rehashed = sqlx::query("ALTER USER workspace PASSWORD 'workspace'").execute(&pool).await;
    rehashed.map_err(|source| Unavailable::NoAnswer {
        address: format!("{host}:{port}"),
        deadline: DEADLINE,
        source: Box::new(source),
    })?;
    let source = Source::Container(image.to_string());
    Ok(Postgres { url, pool, source, _container: Some(container) })
}

/// What a Postgres of our own is started with. `scram_iterations` needs version 16.
const SETTINGS: [&str; 9] = [
    "postgres",
    // It goes with its tests: nothing has to outlive the machine, only the programs that are killed.
    "-c",
    "fsync=off",
    "-c",
    "full_page_writes=off",
    // A password is hashed 4096 times for each connection by default: without optimisation that takes the clients of a
    // test longer than the test.
    "-c",
    "scram_iterations=1",
    // Checks side by side, each with several servers, each of them with a pool.
    "-c",
    "max_connections=500",
];

/// Tries until a query is answered: the port is open before the server is ready.
async fn connect(url: &str) -> Result<PgPool, Unavailable> {
    let no_answer = |address: String, source: sqlx::Error| Unavailable::NoAnswer {
        address,
        deadline: DEADLINE,
        source: Box::new(source),
    };
    let options: PgConnectOptions =
        url.parse().map_err(|source| no_answer(DATABASE_URL.to_owned(), source))?;
    let address = format!("{}:{}", options.get_host(), options.get_port());
    let pool = PgPoolOptions::new().acquire_timeout(Duration::from_secs(5)).connect_lazy_with(options);
    let began = tokio::time::Instant::now();
    loop {
        match sqlx::query("SELECT 1").execute(&pool).await {
            Ok(_) => return Ok(pool),
            Err(source) if began.elapsed() >= DEADLINE => return Err(no_answer(address, source)),
            Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}
