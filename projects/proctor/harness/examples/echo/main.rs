//! An exercise whose solutions are servers, whole: what a check does with a server, in one file. The harness's own
//! tests judge with it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::Duration;

use proctor_harness::{Check, Ending, Exercise, Level, Server, Signal, Stop, Trial, Verdict};

/// The exercise: its brief, its levels, its checks.
static EXERCISE: Exercise = Exercise {
    name: "echo",
    title: "Send each line back",
    brief: include_str!("README.md"),
    levels: &[Level { number: 1, title: "Echo" }],
    checks: &[
        Check::new("echoes", "EC-1.1", DEADLINE, echoes),
        Check::new("vanished-client", "EC-1.2", DEADLINE, vanished_client),
        Check::new("ends-on-sigterm", "EC-1.3", DEADLINE, ends_on_sigterm),
    ],
    needs: &[],
};

const DEADLINE: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    proctor_harness::program(&[&EXERCISE])
}

/// The server, within limits that suit an echo.
fn serve<'t>(trial: &'t Trial<'_>) -> Result<Server<'t>, Stop> {
    trial.program().memory(64 << 20).output(1 << 20).processes(16).deadline(Duration::from_secs(2)).serve()
}

fn echoes(trial: &mut Trial<'_>) -> Verdict {
    let line: String = (0..20).map(|_| trial.rng().lowercase()).collect();
    let server = serve(trial)?;
    expect(&server, &line)
}

fn vanished_client(trial: &mut Trial<'_>) -> Verdict {
    let server = serve(trial)?;
    let mut client = TcpStream::connect(server.address())
        .map_err(|error| server.failure("a connection", error.to_string()))?;
    // It may have lost interest in us already.
    client.write_all(b"half a line").ok();
    drop(client);
    expect(&server, "a whole line")
}

fn ends_on_sigterm(trial: &mut Trial<'_>) -> Verdict {
    let mut server = serve(trial)?;
    server.signal(Signal::Term)?;
    let finished = server.wait(Duration::from_secs(2))?;
    if finished.ending == Ending::Exited(0) {
        return Ok(());
    }
    Err(finished.failure("it exits with 0", format!("it {}", finished.ending)).into())
}

fn expect(server: &Server<'_>, line: &str) -> Verdict {
    // A connection that is closed and one that is reset are the same to who waits for an answer.
    let answer = ask(server, line).unwrap_or_default();
    if answer == line {
        return Ok(());
    }
    let actual = if answer.is_empty() { "no answer" } else { &answer };
    Err(server.failure(line, actual).input(format!("{line}\n")).into())
}

fn ask(server: &Server<'_>, line: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(server.address())?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(format!("{line}\n").as_bytes())?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    Ok(answer.trim_end().to_owned())
}
