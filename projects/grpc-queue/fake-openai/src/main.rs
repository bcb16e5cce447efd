//! `fake-openai`: the fake alone, for a candidate who has no key. The environment configures it.
//!
//! `LISTEN_ADDR` (127.0.0.1:9090), `LATENCY_MS` (500), `FAIL_EVERY` (0: every call is answered; 4: each fourth is
//! refused, fails, breaks or hangs).

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::str::FromStr;
use std::thread;
use std::time::Duration;

use fake_openai::{Eliza, FakeOpenAi, Fault};

fn main() -> ExitCode {
    match start() {
        Ok(model) => {
            // Where nobody reads it, nobody needs to know.
            writeln!(io::stdout(), "OPENAI_BASE_URL={}", model.base_url()).ok();
            loop {
                // Until a signal ends the program; the model answers on a thread of its own.
                thread::park();
            }
        }
        Err(reason) => {
            writeln!(io::stderr(), "fake-openai: {reason}").ok();
            ExitCode::from(2)
        }
    }
}

fn start() -> Result<FakeOpenAi, String> {
    let address = variable("LISTEN_ADDR", ([127, 0, 0, 1], 9090).into(), "an address and port")?;
    let latency = Duration::from_millis(variable("LATENCY_MS", 500, "a number of milliseconds")?);
    let every = variable("FAIL_EVERY", 0, "a number of calls")?;
    let script = Eliza::new().latency(latency).failing(every, &Fault::ALL).script();
    let model = FakeOpenAi::builder().listen(address).unrecorded().start(script);
    model.map_err(|error| format!("LISTEN_ADDR: failed to listen at {address}: {error}"))
}

/// A variable's value, or what it is where it isn't set.
fn variable<T: FromStr>(name: &str, otherwise: T, expected: &str) -> Result<T, String> {
    match std::env::var(name) {
        Ok(value) => value.parse().map_err(|_| format!("{name}: expected {expected}, found {value:?}")),
        Err(_) => Ok(otherwise),
    }
}
