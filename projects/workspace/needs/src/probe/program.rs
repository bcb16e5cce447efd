//! Programs: on the `PATH`, and able to print their version.

use std::env;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::TIMEOUT;

/// Grace period of a program for its own clean-up after SIGTERM.
const GRACE: Duration = Duration::from_secs(1);
/// How often a program is asked whether it has ended.
const TICK: Duration = Duration::from_millis(5);
/// Timeout for more output of a program that has ended.
const QUIET: Duration = Duration::from_millis(200);
/// What is read of an output.
const MAX_OUTPUT: u64 = 64 << 10;

/// The first line that the program prints about itself; without arguments it is not run.
pub(super) fn version(name: &str, arguments: &str) -> Result<String, String> {
    if arguments.is_empty() {
        return if on_path(name) {
            Ok("installed".to_owned())
        } else {
            Err(format!("{name} is not installed"))
        };
    }
    let said = run(name, &arguments.split_ascii_whitespace().collect::<Vec<_>>())
        .map_err(|failure| failure.of(name))?;
    Ok(said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("installed").to_owned())
}

/// The version of the engine.
pub(super) fn docker() -> Result<String, String> {
    run("docker", &["version", "--format", "{{.Server.Version}}"])
        .map(|said| format!("engine {}", said.trim()))
        .map_err(|failure| format!("no Docker engine answers ({})", failure.of("docker")))
}

/// The version of compose.
pub(super) fn compose() -> Result<String, String> {
    run("docker", &["compose", "version", "--short"])
        .map(|said| said.trim().to_owned())
        .map_err(|failure| format!("docker compose does not answer ({})", failure.of("docker")))
}

/// Whether the `PATH` holds an executable of this name.
pub(super) fn on_path(name: &str) -> bool {
    let runs = |path: &Path| {
        path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    };
    if name.contains('/') {
        return runs(Path::new(name));
    }
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|dir| runs(&dir.join(name))))
}

/// Why a program gave no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    NotInstalled,
    NotStarted(String),
    /// The first line of its standard error, else how it ended.
    Failed(String),
    Late,
}

impl Failure {
    /// The failure as a clause about the program of this name.
    pub(super) fn of(&self, name: &str) -> String {
        match self {
            Self::NotInstalled => format!("{name} is not installed"),
            Self::NotStarted(reason) => format!("{name} does not start: {reason}"),
            Self::Failed(said) => said.clone(),
            Self::Late => format!("{name} does not end within {} s", TIMEOUT.as_secs()),
        }
    }
}

/// Runs a program that should answer at once; its standard output, or why there is none.
pub(super) fn run(name: &str, args: &[&str]) -> Result<String, Failure> {
    let mut command = Command::new(name);
    // It stays in our process group, so that Ctrl-C ends it as well.
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::NotInstalled,
        _ => Failure::NotStarted(error.to_string()),
    })?;
    let (stdout, stderr) = (chunks(child.stdout.take()), chunks(child.stderr.take()));
    let status = status(&mut child, Instant::now() + TIMEOUT)
        .map_err(|error| Failure::NotStarted(error.to_string()))?;
    match status {
        None => Err(Failure::Late),
        Some(status) if status.success() => Ok(text(&stdout)),
        Some(status) => {
            let said = text(&stderr);
            let line = said.lines().map(str::trim).find(|line| !line.is_empty());
            Err(Failure::Failed(line.map_or_else(|| format!("{name} failed: {status}"), str::to_owned)))
        }
    }
}

/// Waits for the end; where that is too late the program is ended, and there is no status.
fn status(child: &mut Child, end: Instant) -> io::Result<Option<ExitStatus>> {
    let wait = |child: &mut Child, end: Instant| -> io::Result<Option<ExitStatus>> {
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(status));
            }
            if Instant::now() >= end {
                return Ok(None);
            }
            thread::park_timeout(TICK);
        }
    };
    if let Some(status) = wait(child, end)? {
        return Ok(Some(status));
    }
    // SIGTERM first: docker passes it on to its plugins.
    let _ended_meanwhile = kill_process(Pid::from_child(child), Signal::TERM);
    if wait(child, Instant::now() + GRACE)?.is_none() {
        child.kill()?;
        child.wait()?;
    }
    Ok(None)
}

/// Reads an output on a thread of its own, which ends with the output.
fn chunks(output: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let Some(output) = output else { return };
        let mut output = output.take(MAX_OUTPUT);
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = output.read(&mut buffer) {
            // Nobody listens any more once the program was late.
            if sender.send(buffer.iter().take(length).copied().collect()).is_err() {
                return;
            }
        }
    });
    receiver
}

/// What a program that has ended has printed. A process that it left behind may hold the pipe open: then the answer is
/// what has come by now.
fn text(output: &mpsc::Receiver<Vec<u8>>) -> String {
    let chunks: Vec<_> = std::iter::from_fn(|| output.recv_timeout(QUIET).ok()).collect();
    String::from_utf8_lossy(&chunks.concat()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_prints_its_version_or_why_it_cannot() {
        assert!(version("cargo", "--version").unwrap().starts_with("cargo "));
        assert_eq!(version("no-such-program", "--version").unwrap_err(), "no-such-program is not installed");
        assert_eq!(version("no-such-program", "").unwrap_err(), "no-such-program is not installed");
        let failed = |script| run("sh", &["-c", script]).unwrap_err().of("sh");
        assert_eq!(failed("echo broken >&2; exit 3"), "broken");
        assert_eq!(failed("exit 3"), "sh failed: exit status: 3");
    }

    #[test]
    fn a_program_that_hangs_is_ended() {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' TERM; while :; do read line; done"]).stdin(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let _held_open = child.stdin.take();
        assert_eq!(status(&mut child, Instant::now()).unwrap(), None);
        assert!(child.try_wait().unwrap().is_some(), "it still runs");
    }

    #[test]
    fn a_process_left_behind_does_not_hold_up_the_answer() {
        let began = Instant::now();
        let said = run("sh", &["-c", "sleep 60 & echo $!"]).unwrap();
        assert!(began.elapsed() < TIMEOUT);
        let left: i32 = said.trim().parse().unwrap();
        kill_process(Pid::from_raw(left).unwrap(), Signal::KILL).unwrap();
    }
}
