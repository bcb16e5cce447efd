//! A server that is wrong on purpose: `grpc-queue-mutant --defect NAME`.
//!
//! Without a defect it meets the whole contract, written for whoever reads it and not for speed. It shares nothing
//! with the reference but the library for the protocols. Each defect is one switch at the place where the mistake
//! would be made.

mod converse;
mod durable;
mod eliza;
mod pool;
mod port;
mod queue;
mod service;
mod settings;
mod talk;
mod upstream;
mod web;

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use grpc_queue_acceptance::mutants::Defect;
use tokio::net::TcpListener;

use crate::durable::Durable;
use crate::queue::Queue;
use crate::settings::Settings;
use crate::talk::Desk;
use crate::upstream::Upstream;

/// What is wrong with this program, if anything.
#[derive(Clone, Copy, Debug)]
struct Wrong(Option<Defect>);

impl Wrong {
    /// Whether it is this.
    fn is(self, defect: Defect) -> bool {
        self.0 == Some(defect)
    }

    /// Whether it is one of these.
    fn any(self, defects: &[Defect]) -> bool {
        defects.iter().any(|&defect| self.is(defect))
    }
}

/// What all parts of the program know.
#[derive(Debug)]
struct Shared {
    wrong: Wrong,
    settings: Settings,
    queue: Queue,
    /// Where the queue is kept in a database; the one in memory stays empty then.
    durable: Option<Arc<Durable>>,
    desk: Desk,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wrong = match arguments.as_slice() {
        [] => Wrong(None),
        [flag, name] if flag == "--defect" => {
            let Some(defect) = Defect::named(name) else {
                return refuse(&format!("no defect is named {name}"));
            };
            Wrong(Some(defect))
        }
        _ => return refuse("usage: grpc-queue-mutant [--defect NAME]"),
    };
    let settings = match Settings::read(wrong) {
        Ok(settings) => settings,
        Err(reason) if wrong.is(Defect::AddressIs1) && reason.contains("LISTEN_ADDR") => {
            refuse(&reason);
            return ExitCode::FAILURE;
        }
        Err(reason) => return refuse(&reason),
    };
    match run(wrong, settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            writeln!(io::stderr(), "grpc-queue-mutant: {error}").ok();
            ExitCode::FAILURE
        }
    }
}

#[tokio::main(worker_threads = 2)]
async fn run(wrong: Wrong, settings: Settings) -> io::Result<()> {
    let durable = match &settings.queue {
        Some(url) => Some(Arc::new(Durable::open(url, &settings, wrong).await.map_err(io::Error::other)?)),
        None => None,
    };
    let listener = TcpListener::bind(settings.listen).await?;
    let queue = Queue::new(settings.capacity, wrong);
    let upstream = Arc::new(Upstream::new(settings.api.clone(), settings.policy, wrong));
    let shared = Arc::new(Shared { wrong, settings, queue, durable, desk: Desk::default() });
    match &shared.durable {
        Some(durable) => durable::start(durable, &upstream, shared.settings.workers),
        None => pool::start(&shared, &upstream),
    }
    port::serve(listener, web::router(&shared), shared).await
}

/// Says what is wrong with the environment or the arguments.
fn refuse(reason: &str) -> ExitCode {
    writeln!(io::stderr(), "grpc-queue-mutant: {reason}").ok();
    ExitCode::from(2)
}
