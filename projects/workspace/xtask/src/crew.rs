//! The child processes. Each runs in a process group of its own, so that a signal to this program ends all of what a
//! command has started, and nothing is left when the command itself ends.
//!
//! The crew owns the shutdown: its thread receives SIGINT, SIGTERM and SIGHUP, passes SIGTERM on to the groups that run,
//! and SIGKILL where that is not enough. From then on the clean-up alone is run. Commands of several threads run side by
//! side.

use std::fs;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Grace period of a command for its own clean-up after SIGTERM.
const GRACE: Duration = Duration::from_secs(20);

/// Why a command has no exit status.
#[derive(Debug, thiserror::Error)]
pub enum CrewError {
    /// It can't be started.
    #[error("failed to start {program}")]
    Start {
        /// The program's name.
        program: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// It was started and can't be waited for.
    #[error("failed to wait for {program}")]
    Wait {
        /// The program's name.
        program: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// It did not end in time, and was killed.
    #[error("{program} did not end within {} s", deadline.as_secs())]
    Late {
        /// The program's name.
        program: String,
        /// How long it had.
        deadline: Duration,
    },
    /// The person pressed Ctrl-C: nothing more is started.
    #[error("interrupted")]
    Interrupted,
}

/// How a command ended, and what it cost.
#[derive(Clone, Copy, Debug)]
pub struct Ran {
    /// How it ended.
    pub status: ExitStatus,
    /// CPU time of the command and of all that it has started and waited for. Docker's work is not in it.
    pub cpu: Duration,
}

/// Starts commands, and ends them on a signal.
#[derive(Debug)]
pub struct Crew {
    shared: Arc<Shared>,
}

/// What the main thread and the thread that receives signals share.
#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Notified when a group has ended.
    ended: Condvar,
}

#[derive(Debug, Default)]
struct State {
    interrupted: bool,
    running: Vec<Pid>,
}

impl Shared {
    /// A panic elsewhere does not stop the clean-up.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets nothing more be started, and ends what runs.
    fn stop(&self) {
        let mut state = self.lock();
        state.interrupted = true;
        // Those of this moment: what starts later is clean-up.
        let groups = state.running.clone();
        groups.iter().for_each(|group| signal(*group, Signal::TERM));
        let runs = |state: &mut State| state.running.iter().any(|group| groups.contains(group));
        let waited = self.ended.wait_timeout_while(state, GRACE, runs);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let left = state.running.iter().filter(|group| groups.contains(group));
        left.for_each(|group| signal(*group, Signal::KILL));
    }
}

impl Crew {
    /// A crew that handles signals.
    ///
    /// # Errors
    ///
    /// When signal handlers can't be installed.
    pub fn hearing() -> io::Result<Self> {
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        thread::spawn(move || {
            // The first alone: another must not end the clean-up that the first has begun.
            if signals.forever().next().is_some() {
                theirs.stop();
            }
        });
        Ok(Self { shared })
    }

    /// A crew that handles no signals: for tests.
    #[must_use]
    pub fn deaf() -> Self {
        Self { shared: Arc::default() }
    }

    /// Whether a signal has come.
    #[must_use]
    pub fn interrupted(&self) -> bool {
        self.shared.lock().interrupted
    }

    /// Runs a command to its end with this program's own output.
    ///
    /// # Errors
    ///
    /// [`CrewError`] when it has no exit status, or when a signal has come.
    pub fn run(&self, command: &mut Command) -> Result<ExitStatus, CrewError> {
        self.measure(command).map(|ran| ran.status)
    }

    /// Like [`Crew::run`], with what the command cost.
    ///
    /// # Errors
    ///
    /// [`CrewError`] when it has no exit status, or when a signal has come.
    pub fn measure(&self, command: &mut Command) -> Result<Ran, CrewError> {
        if self.interrupted() {
            return Err(CrewError::Interrupted);
        }
        let ran = self.clean_up(command)?;
        if self.interrupted() { Err(CrewError::Interrupted) } else { Ok(ran) }
    }

    /// Like [`Crew::measure`], also after a signal.
    ///
    /// # Errors
    ///
    /// [`CrewError`] when it has no exit status.
    pub fn clean_up(&self, command: &mut Command) -> Result<Ran, CrewError> {
        let program = name(command);
        command.stdin(Stdio::null()).process_group(0);
        // Held over the start, so that a signal finds either no child or the child's group.
        let mut state = self.shared.lock();
        let mut child =
            command.spawn().map_err(|source| CrewError::Start { program: program.clone(), source })?;
        let group = Pid::from_child(&child);
        state.running.push(group);
        drop(state);
        // It stays a zombie until `wait`, so that what it cost can still be read.
        let ended = waitid(WaitId::Pid(group), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
        let cpu = ended.map_or(Duration::ZERO, |_| cpu(group));
        let status = child.wait();
        signal(group, Signal::KILL);
        self.shared.lock().running.retain(|running| *running != group);
        self.shared.ended.notify_all();
        status.map(|status| Ran { status, cpu }).map_err(|source| CrewError::Wait { program, source })
    }

    /// Runs a command for what it prints.
    ///
    /// # Errors
    ///
    /// [`CrewError`] when it can't be started or does not end in time.
    pub fn capture(&self, command: &mut Command, deadline: Duration) -> Result<Output, CrewError> {
        let program = name(command);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let child =
            command.spawn().map_err(|source| CrewError::Start { program: program.clone(), source })?;
        let group = Pid::from_child(&child);
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || sender.send(Child::wait_with_output(child)));
        let Ok(output) = receiver.recv_timeout(deadline) else {
            signal(group, Signal::KILL);
            return Err(CrewError::Late { program, deadline });
        };
        output.map_err(|source| CrewError::Wait { program, source })
    }
}

/// How a command ended, as a clause.
#[must_use]
pub fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("ended by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}

/// CPU time of a process that has ended, and of the children that it has waited for: fields 14 to 17 of its `stat`.
fn cpu(pid: Pid) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The second field is a name, which may hold spaces, in parentheses.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    let ticks: u64 = fields.skip(11).take(4).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1000 / clock_ticks_per_second().max(1))
}

/// A group that has ended can't be signalled, which is what was wanted.
fn signal(group: Pid, signal: Signal) {
    let _ended_before = kill_process_group(group, signal);
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
