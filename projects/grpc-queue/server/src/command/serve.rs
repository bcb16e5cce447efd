//! `grpc-queue serve`, and `grpc-queue` alone.

use std::process::ExitCode;

use tokio::sync::oneshot;
use tracing::level_filters::LevelFilter;

use super::runtime;
use crate::config::Config;
use crate::problem::Problem;
use crate::serve::Bound;
use crate::telemetry::Telemetry;

/// Serves until a signal ends it.
pub(crate) fn run() -> Result<ExitCode, Problem> {
    let config = Config::read(&|name| std::env::var_os(name))?;
    let telemetry = Telemetry::start(LevelFilter::INFO, config.traces.as_deref())?;
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        // Only a signal ends it.
        let (_keep, never) = oneshot::channel();
        Bound::new(config).await?.run(never).await
    });
    // What still runs is of no use: a second signal has ended it, or all is done.
    runtime.shutdown_background();
    // A second signal is in a hurry: nobody waits for traces that may have nowhere to go.
    if ended.as_ref().is_ok_and(|code| *code == ExitCode::SUCCESS) {
        telemetry.end();
    }
    Ok(ended?)
}
