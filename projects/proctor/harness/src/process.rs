//! Runs one program under a supervisor, within limits, and says how that went. Judges nothing.
//!
//! One thread waits on everything at once: standard input as far as the pipe takes it, both outputs, the supervisor's
//! messages, Ctrl-C, and the clock. No limit can be missed because another wait stands in the way.

pub(crate) mod background;
pub(crate) mod containment;
pub(crate) mod environment;
mod listening;
mod pump;
mod remains;
mod run;
pub(crate) mod state;
mod storage;
pub(crate) mod tree;

use std::ffi::OsString;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use self::pump::Pump;
use self::remains::Remains;
use self::run::Run;
use self::storage::Storage;
use self::tree::Process;
use crate::{Ending, syscall};

/// What to start, and within which limits.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) program: OsString,
    pub(crate) args: Vec<OsString>,
    pub(crate) env: Vec<(OsString, OsString)>,
    /// What it is started for.
    pub(crate) purpose: Purpose,
    /// Variables of our own environment that it does not see, unless `env` sets them.
    pub(crate) unset: Vec<OsString>,
    pub(crate) folder: PathBuf,
    pub(crate) stdin: Option<Arc<Vec<u8>>>,
    pub(crate) stdout_closed: bool,
    pub(crate) limits: Limits,
}

/// What a program is started for: it decides which of our variables it sees and how it is contained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It is judged.
    Judged,
    /// It builds a solution.
    Build,
    /// It is judged where the kernel gives no namespaces.
    #[cfg(test)]
    WithoutNamespaces,
}

/// Where a program's freedom ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Wall time.
    pub(crate) deadline: Duration,
    /// How much longer the deadline is than the check asked for, since the machine is busy.
    pub(crate) stretched: f64,
    /// Memory of the whole tree, in bytes.
    pub(crate) memory: u64,
    /// Files in the folder it is started in, in bytes.
    pub(crate) disk: u64,
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
    pub(crate) how: StopReason,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// How much of standard input nobody took, when that is known.
    pub(crate) unread: usize,
    pub(crate) elapsed: Duration,
}

/// What ended a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StopReason {
    /// The program ended by itself and left nothing behind.
    ByItself(Ending),
    /// The program ended, what it had started did not.
    LeftBehind(Ending, Vec<Process>),
    /// The program ended and left what isn't a process: mounts, cgroups.
    Remains(Ending, Vec<String>),
    Deadline,
    Memory(u64),
    Disk(u64),
    Processes(usize),
    Flood(Output),
    /// The supervisor is gone: someone killed it.
    SupervisorLost,
    /// The check stopped the program.
    Stopped,
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
    let (mut run, mut child) = start(spec, None)?;
    let how = run.until_the_end();
    run.end(&mut child, how)
}

/// Starts the program under its supervisor. `orders` ends the run when its other end is closed.
fn start(spec: Spec, orders: Option<UnixStream>) -> io::Result<(Run, Child)> {
    let start = Instant::now();
    let (link, theirs) = UnixStream::pair()?;
    let mut command = command(&spec)?;
    let confinement = containment::containment().confinement(spec.purpose, &spec.limits);
    let remains = Remains::new(&spec.folder, spec.purpose != Purpose::Build, confinement.namespaces);
    syscall::supervise(&mut command, theirs, confinement);
    let mut child = command.spawn()?;
    // The command holds the supervisor's end of the link: without this the link would never close.
    drop(command);
    link.set_nonblocking(true)?;
    let pump = Pump::new(&mut child, spec.stdin, &spec.limits);
    let run = Run {
        link,
        orders,
        pump,
        limits: spec.limits,
        remains,
        storage: Storage::new(spec.folder, start),
        start,
        supervisor: child.id(),
        init: None,
        pid: None,
        ending: None,
        feed: Arc::default(),
    };
    Ok((run, child))
}

fn command(spec: &Spec) -> io::Result<Command> {
    let mut command = Command::new(&spec.program);
    command.args(&spec.args).current_dir(&spec.folder).stderr(Stdio::piped());
    command.env_clear().envs(environment::passed(spec.purpose));
    for name in &spec.unset {
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

#[cfg(test)]
mod tests;
