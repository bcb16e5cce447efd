//! Runs programs in rounds, and notes how long they take and how much memory they hold at most.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often memory is looked at. The system keeps the highest value itself, so only what is taken in a
/// program's last moments can be missed.
const LOOK: Duration = Duration::from_millis(3);

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
    /// The most memory of any round, in bytes.
    pub(crate) memory: u64,
    /// What the first round wrote, on both outputs.
    pub(crate) answer: String,
}

impl Measured {
    /// Bytes of log a second.
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    pub(crate) fn rate(&self) -> f64 {
        self.case.bytes as f64 / self.time.as_secs_f64()
    }
}

/// Runs all cases in each round, one after the other.
pub(crate) fn rounds(cases: &[Case], rounds: usize, output: &mut impl Write) -> Result<Vec<Measured>> {
    let mut runs: Vec<Vec<(Duration, u64)>> = vec![Vec::new(); cases.len()];
    let mut answers = vec![String::new(); cases.len()];
    for round in 0..rounds.max(1) {
        for (at, case) in cases.iter().enumerate() {
            let (time, memory, answer) =
                once(case).with_context(|| format!("failed to run {}", case.name))?;
            runs[at].push((time, memory));
            if round == 0 {
                answers[at] = answer;
            }
        }
        write!(output, "\rround {} of {rounds}", round + 1)?;
        output.flush()?;
    }
    writeln!(output, "\n")?;
    let measured = cases.iter().zip(runs).zip(answers).map(|((case, mut runs), answer)| {
        runs.sort_unstable();
        let memory = runs.iter().map(|(_, memory)| *memory).max().unwrap_or(0);
        Measured { case: case.clone(), time: runs[runs.len() / 2].0, best: runs[0].0, memory, answer }
    });
    Ok(measured.collect())
}

fn once(case: &Case) -> Result<(Duration, u64, String)> {
    let start = Instant::now();
    let child = Command::new(&case.program)
        .args(&case.arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (ended, wait) = channel::<()>();
    let status = format!("/proc/{}/status", child.id());
    let watcher = thread::spawn(move || watch(&status, &wait));
    let (output, time) = finish(child, start)?;
    drop(ended);
    let memory = watcher.join().unwrap_or(0);
    let answer =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    if !output.status.success() {
        bail!("{}: {}", output.status, answer.trim());
    }
    Ok((time, memory, answer))
}

fn finish(child: Child, start: Instant) -> Result<(std::process::Output, Duration)> {
    let output = child.wait_with_output()?;
    Ok((output, start.elapsed()))
}

/// The highest that the process' memory has been, until the other end is dropped.
fn watch(status: &str, wait: &Receiver<()>) -> u64 {
    let mut highest = 0;
    loop {
        highest = highest.max(high_water(status).unwrap_or(0));
        if wait.recv_timeout(LOOK) != Err(RecvTimeoutError::Timeout) {
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
