//! Times the gRPC queue beside a plain tonic service and connect-go, and breaks things under load.
//!
//! The server is on the first core and the generator on the second, so that a ratio compares servers. Rounds are
//! interleaved, so that a machine that slows down slows all alike; the median is reported.

mod acks;
mod bulk;
mod durable;
mod faults;
mod h2load;
mod parts;
mod peer;
mod program;
mod raw;
mod report;
mod say;
mod streams;
mod talk;

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

use parts::Part;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Times the gRPC queue beside a plain tonic service and connect-go, and breaks things under load.
#[derive(Debug, Parser)]
#[command(name = "grpc-queue-bench")]
struct Arguments {
    /// The parts to run; all that measure speed without it.
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// How many seconds each measurement lasts.
    #[arg(long, value_name = "S", default_value_t = 5)]
    seconds: u64,
    /// How often everything is measured.
    #[arg(long, value_name = "N", default_value_t = 3)]
    rounds: usize,
    /// How many streams are opened, and how many sentences pushed are a hundred times that.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    streams: usize,
    /// One short round with few streams: shows that it works, and measures nothing.
    #[arg(long)]
    quick: bool,
    /// The program to time; built first unless it is named.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    #[command(subcommand)]
    role: Option<Role>,
}

/// What this program is when it starts itself.
#[derive(Clone, Copy, Debug, Subcommand)]
enum Role {
    /// The peer: Eliza as a plain tonic service, at `LISTEN_ADDR`.
    #[command(hide = true)]
    PlainTonic,
}

/// How much is measured.
#[derive(Clone, Copy, Debug)]
struct Size {
    time: Duration,
    rounds: usize,
    streams: usize,
}

fn main() -> Result<()> {
    let mut arguments = Arguments::parse();
    if arguments.quick {
        (arguments.seconds, arguments.rounds, arguments.streams) = (1, 1, 500);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if arguments.role.is_some() {
        return runtime.block_on(peer::serve());
    }
    let programs = program::Programs::find(arguments.program)?;
    program::keep_to_core(program::GENERATOR).context("failed to keep to one core")?;
    let size = Size {
        time: Duration::from_secs(arguments.seconds.max(1)),
        rounds: arguments.rounds.max(1),
        streams: arguments.streams.max(10),
    };
    let chosen = if arguments.parts.is_empty() { Part::SPEED.to_vec() } else { arguments.parts };
    let mut out = io::stdout().lock();
    for part in chosen {
        writeln!(out, "\n=== {part}")?;
        out.flush()?;
        part.run(&runtime, &programs, size, &mut out).with_context(|| format!("{part} failed"))?;
    }
    Ok(())
}
