//! `grpc-queue demo`: fake, server and conversation in one program, so that nothing else is needed.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use fake_openai::{Eliza, FakeOpenAi, Fault};
use tokio::sync::{mpsc, oneshot};
use tracing::level_filters::LevelFilter;

use super::chat::{self, Screen};
use super::runtime;
use crate::config::Config;
use crate::problem::Problem;
use crate::serve::Bound;
use crate::telemetry::Telemetry;

/// What is said where nobody types: more at once than there is room for.
const SCRIPT: [&str; 8] = [
    "Hello.",
    "I feel happy.",
    "My mother never listens to me.",
    "I dream of computers that listen.",
    "Are you a computer?",
    "I need a rest.",
    "You remind me of my brother.",
    "",
];

/// What the demonstration takes where the environment doesn't say otherwise: failures are shown soon.
const DEFAULTS: [(&str, &str); 3] =
    [("WORKERS", "2"), ("UPSTREAM_TIMEOUT_MS", "3000"), ("RETRY_BASE_MS", "200")];

/// How long Eliza thinks.
const LATENCY: Duration = Duration::from_millis(400);

/// Each call whose number is divisible by this one fails.
const FAILS_EVERY: usize = 5;

/// Shows everything.
pub(crate) fn run() -> Result<ExitCode, Problem> {
    let faults = [Fault::ServerError, Fault::BrokenJson, Fault::TooManyRequests];
    let script = Eliza::new().latency(LATENCY).failing(FAILS_EVERY, &faults).script();
    let model = FakeOpenAi::builder().unrecorded().start(script).context("failed to start the fake")?;
    let mut own: HashMap<&str, OsString> = DEFAULTS.map(|(name, value)| (name, OsString::from(value))).into();
    own.insert("OPENAI_BASE_URL", model.base_url().into());
    let get = |name: &str| match name {
        // Here it is always the fake that answers.
        "OPENAI_BASE_URL" | "OPENAI_API_KEY" => own.get(name).cloned(),
        _ => std::env::var_os(name).or_else(|| own.get(name).cloned()),
    };
    let config = Config::read(&get)?;
    let telemetry = Telemetry::start(LevelFilter::ERROR, config.traces.as_deref())?;
    let runtime = runtime()?;
    let shown = runtime.block_on(show(config));
    runtime.shutdown_background();
    telemetry.end();
    Ok(shown?)
}

async fn show(config: Config) -> anyhow::Result<ExitCode> {
    let bound = listen(config).await?;
    let address = bound.address();
    writeln!(
        io::stdout(),
        "Eliza listens at {address}, with a fake model API that fails now and then.\n\
         Page: http://{address}/   numbers: http://{address}/metrics   the end: Ctrl-D or \"bye\"\n"
    )?;
    let (stop, stopped) = oneshot::channel();
    let served = tokio::spawn(bound.run(stopped));
    let terminal = io::stdin().is_terminal();
    let lines = if terminal { chat::typed() } else { scripted() };
    let talked = async {
        let channel = chat::connect(&format!("http://{address}")).await?;
        chat::talk(channel, None, lines, Screen::new(io::stdout(), terminal && io::stdout().is_terminal()))
            .await
    };
    let talked = talked.await;
    // If the server has ended already, it has printed why.
    _ = stop.send(());
    let code = served.await.context("the server has panicked")??;
    talked.map(|()| code)
}

/// Listens at the address of the environment. Without one, and with the usual port taken, listens at any port.
async fn listen(mut config: Config) -> anyhow::Result<Bound> {
    let free = SocketAddr::new(config.listen.ip(), 0);
    let usual = Bound::new(config.clone()).await;
    if usual.is_ok() || std::env::var_os("LISTEN_ADDR").is_some() {
        return usual;
    }
    config.listen = free;
    Bound::new(config).await
}

/// The script, as if it were typed at once.
fn scripted() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(SCRIPT.len());
    for line in SCRIPT {
        sender.try_send(line.to_owned()).expect("there is room for all of it");
    }
    lines
}
