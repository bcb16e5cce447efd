//! Runs programs in rounds, and notes how long they take and how much memory they hold at most.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often memory is looked at. The system keeps the highest value itself, so only what is taken in a
/// program's last moments can be missed.
const POLL_INTERVAL: Duration = Duration::from_millis(3);

/// Something to time.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// What it does in comparison.
    pub(crate) does: String,
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<OsString>,
    /// How many bytes of log it reads.
    pub(crate) bytes: u64,
}

/// What a case came to.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) case: Case,
    /// The median of all rounds.
    pub(crate) time: Duration,
    /// The fastest round.
    pub(crate) best: Duration,
    /// The most memory that it held, in bytes.
    pub(crate) memory: u64,
    /// What it wrote, on both outputs.
    pub(crate) answer: String,
}

impl Measured {
    /// Bytes of log a second.
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    pub(crate) fn rate(&self) -> f64 {
        self.case.bytes as f64 / self.time.as_secs_f64()
    }
}

/// Runs all cases in each round, one after the other. A round before the first looks at memory and keeps the
/// answer; looking would cost the others time.
pub(crate) fn rounds(cases: &[Case], rounds: usize, output: &mut impl Write) -> Result<Vec<Measured>> {
    let mut measured = Vec::new();
    for case in cases {
        let (memory, answer) = looked_at(case).with_context(|| format!("failed to run {}", case.name))?;
        measured.push(Measured {
            case: case.clone(),
            time: Duration::ZERO,
            best: Duration::ZERO,
            memory,
            answer,
        });
    }
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); cases.len()];
    for round in 0..rounds.max(1) {
        for (case, times) in cases.iter().zip(&mut times) {
            times.push(timed(case).with_context(|| format!("failed to run {}", case.name))?);
        }
        write!(output, "\rround {} of {}", round + 1, rounds.max(1))?;
        output.flush()?;
    }
    writeln!(output, "\n")?;
    for (one, mut times) in measured.iter_mut().zip(times) {
        times.sort_unstable();
        (one.time, one.best) = (times[times.len() / 2], times[0]);
    }
    Ok(measured)
}

/// Into a pipe: grep looks no further than the first match where its output goes nowhere.
fn timed(case: &Case) -> Result<Duration> {
    let start = Instant::now();
    let output = command(case).output()?;
    let time = start.elapsed();
    if output.status.success() { Ok(time) } else { bail!("{}", output.status) }
}

/// The most memory that it held, and what it wrote on both outputs.
fn looked_at(case: &Case) -> Result<(u64, String)> {
    let child = command(case).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (ended, wait) = channel::<()>();
    let status = format!("/proc/{}/status", child.id());
    let watcher = thread::spawn(move || watch(&status, &wait));
    let output = child.wait_with_output()?;
    drop(ended);
    let memory = watcher.join().unwrap_or(0);
    let answer =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    if output.status.success() { Ok((memory, answer)) } else { bail!("{}: {}", output.status, answer.trim()) }
}

fn command(case: &Case) -> Command {
    let mut command = Command::new(&case.program);
    command.args(&case.arguments).env("LC_ALL", "C").stdin(Stdio::null());
    command
}

/// The highest that the process' memory has been, until the other end is dropped.
fn watch(status: &str, wait: &Receiver<()>) -> u64 {
    let mut highest = 0;
    loop {
        highest = highest.max(high_water(status).unwrap_or(0));
        if wait.recv_timeout(POLL_INTERVAL) != Err(RecvTimeoutError::Timeout) {
            return highest;
        }
    }
}

fn high_water(status: &str) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
