//! Eliza, a therapist of 1966, over gRPC, gRPC-Web and Connect.
//!
//! `LISTEN_ADDR` says where it listens. SIGTERM or an interrupt stops it.

mod eliza;
mod server;
mod service;
#[cfg(test)]
mod tests;

use std::env;
use std::io::{self, Write as _};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::process::ExitCode;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

const DEFAULT_ADDRESS: &str = "127.0.0.1:8080";
/// The exit code for a wrong environment.
const WRONG_ENVIRONMENT: u8 = 2;

fn main() -> ExitCode {
    let text = env::var_os("LISTEN_ADDR").map(|text| text.to_string_lossy().into_owned());
    let address = match listen_address(text.as_deref().unwrap_or(DEFAULT_ADDRESS)) {
        Ok(address) => address,
        Err(error) => return failed(&error, WRONG_ENVIRONMENT),
    };
    match run(address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error.to_string(), 1),
    }
}

fn failed(error: &str, code: u8) -> ExitCode {
    // With standard error closed, the exit code has to do.
    _ = writeln!(io::stderr(), "{error}");
    ExitCode::from(code)
}

/// The address that a text such as `127.0.0.1:8080` or `localhost:8080` names.
fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let mut found = text.to_socket_addrs().ok().into_iter().flatten();
    found.next().ok_or_else(|| {
        format!("LISTEN_ADDR: expected an address and a port such as {DEFAULT_ADDRESS}, found {text:?}")
    })
}

/// Serves until a signal comes.
#[tokio::main]
async fn run(address: SocketAddr) -> io::Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let listener = TcpListener::bind(address).await?;
    writeln!(io::stderr(), "listening at {}", listener.local_addr()?)?;
    server::serve(listener, async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
    .await
}
