//! Runs one program under a guard, within limits, and says how that went. Judges nothing.
//!
//! One thread waits on everything at once: standard input as far as the pipe takes it, both outputs, the guard's
//! news, Ctrl-C, and the clock. No limit can be missed because another wait stands in the way.

mod pump;
pub(crate) mod tree;

use std::ffi::OsString;
use std::io::{self, Read};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use self::pump::Pump;
use self::tree::Process;
use crate::{Ending, interrupt, syscall};

/// How long what the program started may outlive it: a shell's last pipe needs a moment.
const GRACE: Duration = Duration::from_millis(300);
/// How long the guard may take to kill all that is below it.
const SWEEP: Duration = Duration::from_secs(12);
/// The tree is measured first after this long, so that a quick program costs nothing,
const FIRST_SAMPLE: Duration = Duration::from_millis(20);
/// and then this often.
const SAMPLE: Duration = Duration::from_millis(25);

/// What to start, and within which limits.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) program: OsString,
    pub(crate) args: Vec<OsString>,
    pub(crate) env: Vec<(OsString, OsString)>,
    pub(crate) folder: PathBuf,
    pub(crate) stdin: Option<Arc<Vec<u8>>>,
    pub(crate) stdout_closed: bool,
    pub(crate) limits: Limits,
}

/// Where a program's freedom ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Wall time.
    pub(crate) deadline: Duration,
    /// Memory of the whole tree, in bytes.
    pub(crate) memory: u64,
    /// Processes in the tree.
    pub(crate) processes: usize,
    /// Bytes on each of the two outputs.
    pub(crate) output: usize,
    /// What happens beyond `output`: the run ends, or only the last bytes are kept.
    pub(crate) flood_ends: bool,
}

/// How a run went.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) how: How,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// How much of standard input nobody took, when that is known.
    pub(crate) unread: usize,
    pub(crate) elapsed: Duration,
}

/// What ended a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// The program ended by itself and left nothing behind.
    ByItself(Ending),
    /// The program ended, what it had started did not.
    LeftBehind(Ending, Vec<Process>),
    Deadline,
    Memory(u64),
    Processes(usize),
    Flood(Output),
    /// The guard is gone: someone killed it.
    Unguarded,
    Interrupted,
}

/// One of a program's two outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Stdout,
    Stderr,
}

/// Runs the program and returns when nothing of it is left.
///
/// # Errors
///
/// Only when it could not be started.
pub(crate) fn run(spec: Spec) -> io::Result<Ended> {
    let start = Instant::now();
    let (link, guards) = UnixStream::pair()?;
    let mut command = command(&spec)?;
    syscall::guard(&mut command, guards);
    let mut child = command.spawn()?;
    // The command holds the guard's end of the link: without this the link would never close.
    drop(command);
    link.set_nonblocking(true)?;
    let pump = Pump::new(&mut child, spec.stdin, &spec.limits);
    let mut run = Run { link, pump, limits: spec.limits, start, pid: None, ending: None, guard: child.id() };
    let how = run.until_the_end();
    run.end(&mut child, how)
}

fn command(spec: &Spec) -> io::Result<Command> {
    let mut command = Command::new(&spec.program);
    command.args(&spec.args).current_dir(&spec.folder).stderr(Stdio::piped());
    // A solution is not a part of the make that may have started proctor.
    for name in ["MAKEFLAGS", "MFLAGS", "MAKELEVEL", "CARGO_MAKEFLAGS"] {
        command.env_remove(name);
    }
    command.envs(spec.env.iter().map(|(name, value)| (name, value)));
    command.stdin(if spec.stdin.is_some() { Stdio::piped() } else { Stdio::null() });
    if spec.stdout_closed {
        let (reader, writer) = io::pipe()?;
        drop(reader);
        command.stdout(writer);
    } else {
        command.stdout(Stdio::piped());
    }
    Ok(command)
}

/// A run under way.
struct Run {
    link: UnixStream,
    pump: Pump,
    limits: Limits,
    start: Instant,
    guard: u32,
    pid: Option<i32>,
    ending: Option<(Ending, Instant)>,
}

impl Run {
    fn until_the_end(&mut self) -> How {
        let deadline = self.start + self.limits.deadline;
        let mut sample = self.start + FIRST_SAMPLE;
        loop {
            let grace = self.ending.map(|(_, at)| at + GRACE);
            self.wait(grace.unwrap_or(deadline).min(sample));
            if interrupt::raised() {
                return How::Interrupted;
            }
            if let Some(output) = self.pump.move_on() {
                return How::Flood(output);
            }
            if self.guard_is_gone() {
                // Nothing is left that could write: what the pipes still hold is all there will be.
                return match (self.pump.move_on(), self.ending) {
                    (Some(output), _) => How::Flood(output),
                    (None, Some((ending, _))) => How::ByItself(ending),
                    (None, None) => How::Unguarded,
                };
            }
            let now = Instant::now();
            match (self.ending, grace) {
                (Some((ending, _)), Some(grace)) if now >= grace => {
                    return self.left_behind(ending);
                }
                // A program that is slow because it drowns in its own memory should hear of that.
                (None, _) if now >= deadline => return self.over_limit().unwrap_or(How::Deadline),
                _ => {}
            }
            if now >= sample {
                if let Some(how) = self.over_limit() {
                    return how;
                }
                sample = Instant::now() + SAMPLE;
            }
        }
    }

    /// Waits until something moves, at most until `until`.
    fn wait(&self, until: Instant) {
        let mut descriptors = vec![PollFd::new(&self.link, PollFlags::IN)];
        descriptors.extend(interrupt::descriptor().map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)));
        self.pump.watch(&mut descriptors);
        // Rounded up, or the last millisecond before a deadline would be spent spinning.
        let left = until.saturating_duration_since(Instant::now()) + Duration::from_micros(500);
        let left = Timespec::try_from(left).unwrap_or(Timespec { tv_sec: 1, tv_nsec: 0 });
        // An interrupted wait is a short wait.
        poll(&mut descriptors, Some(&left)).ok();
    }

    /// Takes in the guard's news; true once it has left.
    fn guard_is_gone(&mut self) -> bool {
        let mut message = [0_u8; syscall::MESSAGE];
        loop {
            match self.link.read_exact(&mut message) {
                Ok(()) => {
                    let [tag, number @ ..] = message;
                    let number = i32::from_ne_bytes(number);
                    match tag {
                        syscall::STARTED => self.pid = Some(number),
                        syscall::EXITED => self.ending = Some((Ending::Exited(number), Instant::now())),
                        syscall::SIGNALLED => self.ending = Some((Ending::Signalled(number), Instant::now())),
                        _ => {}
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
                Err(_) => return true,
            }
        }
    }

    fn over_limit(&self) -> Option<How> {
        let usage = tree::usage(self.guard, self.limits.memory);
        if usage.processes > self.limits.processes {
            Some(How::Processes(usage.processes))
        } else if usage.memory > self.limits.memory {
            Some(How::Memory(usage.memory))
        } else {
            None
        }
    }

    fn left_behind(&self, ending: Ending) -> How {
        let left = tree::processes(self.guard);
        if left.is_empty() { How::ByItself(ending) } else { How::LeftBehind(ending, left) }
    }

    /// Has the guard kill what is left, and reaps it.
    fn end(mut self, child: &mut Child, how: How) -> io::Result<Ended> {
        // What ends here took its time before the guard cleans up.
        let elapsed = self.ending.map_or_else(Instant::now, |(_, at)| at).duration_since(self.start);
        self.link.shutdown(Shutdown::Write).ok();
        let until = Instant::now() + SWEEP;
        while !self.guard_is_gone() && Instant::now() < until {
            let left = Timespec::try_from(until.saturating_duration_since(Instant::now())).ok();
            poll(&mut [PollFd::new(&self.link, PollFlags::IN)], left.as_ref()).ok();
        }
        if how == How::Unguarded
            && let Some(pid) = self.pid.and_then(rustix::process::Pid::from_raw)
        {
            rustix::process::kill_process_group(pid, rustix::process::Signal::KILL).ok();
        }
        // It has left already, or can't be moved by anything milder.
        child.kill().ok();
        child.wait()?;
        let (stdout, stderr, unread) = self.pump.finish();
        Ok(Ended { how, stdout, stderr, unread, elapsed })
    }
}

#[cfg(test)]
mod tests;
