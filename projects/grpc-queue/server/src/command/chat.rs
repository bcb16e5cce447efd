//! `grpc-queue chat`: a queued conversation in the terminal, over gRPC like any client's.

mod screen;

use std::io::{self, BufRead, IsTerminal};
use std::process::ExitCode;
use std::thread;

use anyhow::Context as _;
use futures_util::stream;
use grpc_queue_proto::prost::QueueConversationRequest;
use grpc_queue_proto::prost::eliza_service_client::ElizaServiceClient;
use tokio::sync::mpsc;
use tonic::Request;
use tonic::metadata::AsciiMetadataValue;
use tonic::transport::{Channel, Endpoint};

use super::runtime;
use crate::args;
use crate::problem::Problem;
pub(super) use screen::Screen;

/// Lines that were read and aren't sent yet.
const LINES: usize = 16;

/// Holds a conversation with what is typed, or what comes out of a pipe.
pub(crate) fn run(arguments: &args::Chat) -> Result<ExitCode, Problem> {
    let runtime = runtime()?;
    let terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    let talked = runtime.block_on(async {
        let channel = connect(&arguments.address).await?;
        talk(channel, arguments.key.as_deref(), typed(), Screen::new(io::stdout(), terminal)).await
    });
    runtime.shutdown_background();
    talked?;
    Ok(ExitCode::SUCCESS)
}

/// Connects to the server at that address.
pub(super) async fn connect(address: &str) -> anyhow::Result<Channel> {
    let endpoint = Endpoint::from_shared(address.to_owned())
        .with_context(|| format!("expected a URL, as in http://127.0.0.1:8080, found {address:?}"))?;
    endpoint.connect().await.with_context(|| format!("failed to connect to {address}"))
}

/// The lines of standard input. They are read on a thread that ends with the program: a read can't be broken off.
pub(super) fn typed() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(LINES);
    thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            // What is no text ends the conversation like the end of the input.
            if line.is_err() || line.is_ok_and(|line| sender.blocking_send(line).is_err()) {
                return;
            }
        }
    });
    lines
}

/// Sends each line and shows each reply, until the client has ended and all answers are there.
pub(super) async fn talk(
    channel: Channel,
    key: Option<&str>,
    mut lines: mpsc::Receiver<String>,
    mut screen: Screen<impl io::Write>,
) -> anyhow::Result<()> {
    let (sentences, outbound) = mpsc::channel::<String>(LINES);
    let outbound = stream::unfold(outbound, |mut outbound| async {
        let sentence = outbound.recv().await?;
        Some((QueueConversationRequest { sentence }, outbound))
    });
    let mut request = Request::new(outbound);
    if let Some(key) = key {
        let key = AsciiMetadataValue::try_from(key).context("a key is made of visible ASCII characters")?;
        request.metadata_mut().insert("conversation-key", key);
    }
    let mut sentences = Some(sentences);
    let mut client = ElizaServiceClient::new(channel);
    let mut replies = client.queue_conversation(request).await?.into_inner();
    screen.prompt()?;
    loop {
        tokio::select! {
            line = lines.recv(), if sentences.is_some() => match line {
                Some(line) if !eliza::is_goodbye(&line) => {
                    if let Some(sentences) = &sentences {
                        // When the stream has ended, its last reply has the reason.
                        _ = sentences.send(line).await;
                    }
                    screen.prompt()?;
                }
                _ => sentences = None,
            },
            reply = replies.message() => match reply.context("the conversation was broken off")? {
                Some(reply) => screen.show(&reply, sentences.is_some())?,
                None => return Ok(screen.end()?),
            },
        }
    }
}
