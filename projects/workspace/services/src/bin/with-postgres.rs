//! `with-postgres COMMAND…`: runs a command with `DATABASE_URL` set to a Postgres that answers, and removes that
//! Postgres again where it was a container of its own.
//!
//! Where there is none the command is run all the same, and reports itself what it skipped.

use std::io::{self, Write as _};
use std::process::ExitCode;

use services::{DATABASE_URL, Unavailable};
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    let Some((program, rest)) = words.split_first() else {
        return say("usage: with-postgres COMMAND…", 2);
    };
    let mut command = Command::new(program);
    command.args(rest).kill_on_drop(true);
    let postgres = match services::postgres().await {
        Ok(postgres) => {
            command.env(DATABASE_URL, postgres.url());
            Some(postgres)
        }
        Err(Unavailable::Skipped { reason, .. }) => {
            say(&format!("with-postgres: there is none: {DATABASE_URL} is not set and {reason}"), 0);
            None
        }
        Err(error) => return say(&format!("with-postgres: {error}"), 1),
    };
    let code = run(command).await.unwrap_or_else(|error| {
        say(&format!("with-postgres: failed to run {}: {error}", program.display()), 127)
    });
    // Owns the container, if it is one: the command comes first, its Postgres goes after it.
    drop(postgres);
    code
}

/// Waits for the command's end. A signal reaches the command as well, since both are in one process group: it is only
/// kept from ending this program first.
async fn run(mut command: Command) -> io::Result<ExitCode> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let mut child = command.spawn()?;
    loop {
        tokio::select! {
            status = child.wait() => {
                let code = status?.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
                return Ok(ExitCode::from(code));
            }
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

fn say(words: &str, code: u8) -> ExitCode {
    // Where nobody reads standard error there is nobody to tell.
    writeln!(io::stderr(), "{words}").ok();
    ExitCode::from(code)
}
