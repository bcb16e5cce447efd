//! `grpc-queue fake-openai`: the model's API without a model.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use fake_openai::{Eliza, FakeOpenAi, Fault};

use super::runtime;
use crate::args;
use crate::problem::Problem;
use crate::signals::Signals;

/// Runs the fake until a signal ends it.
pub(crate) fn run(arguments: &args::FakeOpenAi) -> Result<ExitCode, Problem> {
    let script = Eliza::new()
        .latency(Duration::from_millis(arguments.latency_ms))
        .failing(arguments.fail_every, &Fault::ALL)
        .script();
    let model = FakeOpenAi::builder()
        .listen(arguments.listen)
        .unrecorded()
        .start(script)
        .with_context(|| format!("failed to listen at {}", arguments.listen))?;
    writeln!(io::stdout(), "OPENAI_BASE_URL={}", model.base_url()).context("failed to write")?;
    runtime()?.block_on(async {
        let mut signals = Signals::take().context("failed to listen to signals")?;
        signals.next().await;
        Ok(ExitCode::SUCCESS)
    })
}
