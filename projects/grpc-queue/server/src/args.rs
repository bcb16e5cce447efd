//! The command line.

use std::net::SocketAddr;

use clap::{Args, Parser, Subcommand};

use crate::config;

/// The Eliza service over gRPC, gRPC-Web and Connect, with a queue in front of a language model.
#[derive(Debug, Parser)]
#[command(name = "grpc-queue", version, after_help = config::help())]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve; the default without a command
    Serve,
    /// Hold a queued conversation in the terminal, until Ctrl-D or a goodbye
    Chat(Chat),
    /// Serve a fake of the model's API: Eliza answers, and fails now and then
    #[command(name = "fake-openai")]
    FakeOpenAi(FakeOpenAi),
    /// Run the fake, the server and a conversation in the terminal
    Demo,
}

#[derive(Args, Debug)]
pub(crate) struct Chat {
    /// Where the server is
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub(crate) address: String,
    /// A name for the conversation, to go on with it later where the queue is durable
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct FakeOpenAi {
    /// Address and port to listen at
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    pub(crate) listen: SocketAddr,
    /// How long each answer takes
    #[arg(long, value_name = "MS", default_value_t = 300)]
    pub(crate) latency_ms: u64,
    /// Each call with a number divisible by this one fails, 0: none
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub(crate) fail_every: usize,
}
