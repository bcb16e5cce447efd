//! `kill -9` under load: of one of two replicas, and of Postgres itself. Nothing that was acknowledged is lost, and
//! nothing is answered twice.

mod client;
mod database;

use std::io::Write;
use std::time::Duration;

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use needs::Need;

use self::client::{Client, Kept};
use self::database::Container;
use super::echo;
use crate::Size;
use crate::program::{Programs, Server, free};

/// Number of clients at once.
const CLIENTS: usize = 20;

pub(crate) async fn run(programs: &Programs, size: Size, out: &mut impl Write) -> Result<()> {
    if let Some(missing) = tokio::task::spawn_blocking(|| Need::Docker.missing()).await? {
        writeln!(out, "skipped: {missing}")?;
        return Ok(());
    }
    let postgres = Container::start().await?;
    let kept = replica(programs, size, &postgres).await?;
    writeln!(out, "held: kill -9 of a replica: {kept}")?;
    let kept = server(programs, size, &postgres).await?;
    writeln!(out, "held: kill -9 of Postgres: {kept}")?;
    Ok(())
}

/// Two replicas; one is killed again and again, and its clients go to wherever somebody answers.
async fn replica(programs: &Programs, size: Size, postgres: &Container) -> Result<Kept> {
    let model = echo()?;
    let env = environment(&model.base_url(), &postgres.url);
    let env: Vec<_> = env.iter().map(|(name, value)| (*name, &**value)).collect();
    let addresses = [free()?, free()?];
    let _steady = Server::start_at(addresses[0], &programs.ours, &["serve"], &env)?;
    let mut victim = Server::start_at(addresses[1], &programs.ours, &["serve"], &env)?;
    let clients = talking(&addresses, size);
    for _ in 0..3 {
        tokio::time::sleep(size.time / 2).await;
        victim.kill();
        victim = Server::start_at(addresses[1], &programs.ours, &["serve"], &env)?;
    }
    let kept = all(clients).await?;
    ensure!(kept.broken > 0, "no stream broke: nothing was shown");
    Ok(kept)
}

/// One replica, and a Postgres that is killed and started again: streams may well stay open all the while.
async fn server(programs: &Programs, size: Size, postgres: &Container) -> Result<Kept> {
    let model = echo()?;
    let env = environment(&model.base_url(), &postgres.url);
    let env: Vec<_> = env.iter().map(|(name, value)| (*name, &**value)).collect();
    let server = Server::start(&programs.ours, &["serve"], &env)?;
    let clients = talking(&[server.address], size);
    for _ in 0..2 {
        tokio::time::sleep(size.time / 2).await;
        postgres.kill().await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        postgres.restart().await?;
    }
    all(clients).await
}

fn environment(model: &str, database: &str) -> Vec<(&'static str, String)> {
    vec![
        ("QUEUE_URL", database.to_owned()),
        ("OPENAI_BASE_URL", model.to_owned()),
        ("OPENAI_API_KEY", "bench".to_owned()),
        ("WORKERS", "8".to_owned()),
        ("QUEUE_CAPACITY", "100000".to_owned()),
        ("LEASE_MS", "2000".to_owned()),
    ]
}

type Task = tokio::task::JoinHandle<Result<Kept>>;

fn talking(addresses: &[std::net::SocketAddr], size: Size) -> Vec<Task> {
    let until = std::time::Instant::now() + size.time * 2;
    let client = |number: usize| Client::new(number, addresses.to_vec(), until);
    (0..CLIENTS).map(|number| tokio::spawn(client(number).talk())).collect()
}

async fn all(clients: Vec<Task>) -> Result<Kept> {
    let mut sum = Kept::default();
    for kept in try_join_all(clients).await? {
        sum.add(kept?);
    }
    Ok(sum)
}
