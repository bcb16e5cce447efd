//! The program grpc-queue: the Eliza service, its page, its conversation in the terminal.

mod args;
mod backend;
mod command;
mod config;
mod health;
mod metrics;
mod page;
mod problem;
mod serve;
mod service;
mod signals;
mod telemetry;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return problem::usage(&error),
    };
    let done = match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => command::serve::run(),
        Command::Chat(chat) => command::chat::run(&chat),
        Command::FakeOpenAi(fake_openai) => command::fake_openai::run(&fake_openai),
        Command::Demo => command::demo::run(),
    };
    done.unwrap_or_else(|problem| problem.report())
}
