//! A Postgres in a container of its own, which may be killed.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use sqlx::{Connection as _, PgConnection};
use tokio::process::Command;

use crate::program::free;

#[derive(Debug)]
pub(super) struct Container {
    name: String,
    pub(super) url: String,
}

impl Container {
    /// Starts it.
    pub(super) async fn start() -> Result<Self> {
        let address: SocketAddr = free()?;
        let image = std::env::var("POSTGRES_IMAGE").unwrap_or_else(|_| "postgres:17.6-trixie".to_owned());
        let name = format!("grpc-queue-bench-{}", std::process::id());
        let url = format!("postgres://workspace:workspace@{address}/workspace");
        let container = Self { name, url };
        let port = format!("{address}:5432");
        docker(&[
            "run",
            "--detach",
            "--name",
            &container.name,
            "--publish",
            &port,
            "--env",
            "POSTGRES_USER=workspace",
            "--env",
            "POSTGRES_PASSWORD=workspace",
            "--env",
            "POSTGRES_DB=workspace",
            &image,
        ])
        .await?;
        container.ready().await?;
        Ok(container)
    }

    /// Ends it as a power cut would.
    pub(super) async fn kill(&self) -> Result<()> {
        docker(&["kill", "--signal", "KILL", &self.name]).await
    }

    /// Starts it again on what it had written.
    pub(super) async fn restart(&self) -> Result<()> {
        docker(&["start", &self.name]).await?;
        self.ready().await
    }

    async fn ready(&self) -> Result<()> {
        for _ in 0..300 {
            if let Ok(mut connection) = PgConnection::connect(&self.url).await
                && sqlx::query("SELECT 1").execute(&mut connection).await.is_ok()
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("{} does not answer", self.name)
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // There is nobody left to tell.
        std::process::Command::new("docker").args(["rm", "--force", "--volumes", &self.name]).output().ok();
    }
}

async fn docker(words: &[&str]) -> Result<()> {
    let output = Command::new("docker").args(words).output().await.context("failed to start docker")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "docker {}: {}", words.join(" "), said.trim());
    Ok(())
}
