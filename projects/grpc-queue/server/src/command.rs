//! The program's commands.

pub(crate) mod chat;
pub(crate) mod demo;
pub(crate) mod fake_openai;
pub(crate) mod serve;

use anyhow::Context as _;
use tokio::runtime::{Builder, Runtime};

use crate::problem::Problem;

/// As many threads as there are cores.
fn runtime() -> Result<Runtime, Problem> {
    Ok(Builder::new_multi_thread().enable_all().build().context("failed to start the threads")?)
}
