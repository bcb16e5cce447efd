//! One start of the program: what a check may set, and how the run becomes a verdict.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::kept::Start;
use super::verdict;
use super::{Finished, Trial};
use crate::process::{self, Limits, Purpose, Spec, StopReason};
use crate::{Failure, Stop, shell};

/// Maximum memory of the whole tree, where the check says nothing else.
const MEMORY: u64 = 1 << 30;
/// Timeout for one start, where the check says nothing else. A hang must not use up the whole check.
const DEADLINE: Duration = Duration::from_secs(10);
/// Maximum bytes on one output, where the check says nothing else.
const OUTPUT: usize = 16 << 20;
/// Maximum size of the files in the trial's folder, where the check says nothing else.
const DISK: u64 = 2 << 30;
/// Maximum number of processes, where the check says nothing else.
const PROCESSES: usize = 256;

/// A start of the program: arguments, environment, standard input, limits.
#[derive(Debug)]
#[must_use]
pub struct Invocation<'t> {
    trial: &'t Trial<'t>,
    args: Vec<OsString>,
    env: Vec<(String, OsString)>,
    unset: Vec<String>,
    stdin: Option<Arc<Vec<u8>>>,
    stdout_closed: bool,
    deadline: Duration,
    memory: u64,
    disk: u64,
    output: usize,
    processes: usize,
}

impl<'t> Invocation<'t> {
    pub(super) fn new(trial: &'t Trial<'_>) -> Self {
        Self {
            trial,
            args: Vec::new(),
            env: Vec::new(),
            unset: Vec::new(),
            stdin: None,
            stdout_closed: false,
            deadline: DEADLINE,
            memory: MEMORY,
            disk: DISK,
            output: OUTPUT,
            processes: PROCESSES,
        }
    }

    /// Adds an argument.
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    pub fn args<A: Into<OsString>>(self, args: impl IntoIterator<Item = A>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// Takes a variable away that the person who judges may have set for other work. What the solution or the check
    /// sets is there all the same.
    pub fn env_remove(mut self, name: &str) -> Self {
        // One that isn't there need not stand in the command line either.
        if std::env::var_os(name).is_some() {
            self.unset.push(name.to_owned());
        }
        self
    }

    /// Feeds these bytes to standard input, then closes it. Without this it is empty.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(Arc::new(bytes.into()));
        self
    }

    /// Gives the program a standard output that nobody reads: the reader is closed before the start.
    pub fn stdout_closed(mut self) -> Self {
        self.stdout_closed = true;
        self
    }

    /// A deadline for this start alone: 10 seconds without this. The check's deadline holds as well.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How many bytes of memory the program and all that it starts may use together, shared memory and `memfd`
    /// included: 1 GiB without this.
    pub fn memory(mut self, bytes: u64) -> Self {
        self.memory = bytes;
        self
    }

    /// How many bytes the files in the trial's folder may take on the disk, input included: 2 GiB without this. Holes
    /// don't count.
    pub fn disk(mut self, bytes: u64) -> Self {
        self.disk = bytes;
        self
    }

    /// How many bytes it may write to each of its outputs: 16 MiB without this.
    pub fn output(mut self, bytes: usize) -> Self {
        self.output = bytes;
        self
    }

    /// How many processes it may be at a time: 256 without this.
    pub fn processes(mut self, count: usize) -> Self {
        self.processes = count;
        self
    }

    /// Starts the program and waits for its end.
    ///
    /// # Errors
    ///
    /// [`Stop::Failed`] when it can't be started, misses its deadline, floods its output, passes its memory cap or
    /// leaves processes behind. How it exited is for the check to judge.
    pub fn run(self) -> Result<Finished, Stop> {
        let command = self.command();
        self.trial.remember(|| self.start(command.clone()));
        let limits = self.limits();
        let input = self.stdin.clone();
        let trial = self.trial;
        let explain = |failure: Failure| {
            let failure = failure.command(&command);
            let input = input.as_ref().map(|bytes| bytes.to_vec());
            match input.or_else(|| trial.first_written()) {
                Some(input) => failure.input(input),
                None => failure,
            }
        };
        if limits.deadline.is_zero() {
            return Err(explain(verdict::late(trial.allowed)).into());
        }
        let ended = process::run(self.spec(limits)).map_err(|error| trial.unstartable(&error, &command))?;
        match ended.how {
            StopReason::ByItself(ending) => Ok(Finished {
                stdout: ended.stdout,
                stderr: ended.stderr,
                ending,
                command,
                elapsed: ended.elapsed,
                unread: ended.unread,
            }),
            StopReason::Interrupted => Err(Stop::Interrupted),
            _ => Err(explain(verdict::of(&ended, &limits)).into()),
        }
    }

    pub(super) fn trial(&self) -> &'t Trial<'t> {
        self.trial
    }

    /// Sets a variable before all others, whatever the check made of it.
    pub(super) fn told(mut self, name: &str, value: &str) -> Self {
        self.env.retain(|(known, _)| known != name);
        self.env.insert(0, (name.to_owned(), value.into()));
        self
    }

    /// The command line as a person would type it, from the solution's folder, with files of the trial by name.
    pub(super) fn command(&self) -> String {
        let mut words: Vec<String> = match self.unset.as_slice() {
            [] => Vec::new(),
            names => {
                ["env".to_owned()].into_iter().chain(names.iter().map(|name| format!("-u {name}"))).collect()
            }
        };
        words.extend(self.env.iter().map(|(name, value)| format!("{name}={}", shell::quote(value))));
        words.extend(self.trial.solution.run_line().iter().map(|word| shell::quote(OsStr::new(word))));
        words.extend(self.args.iter().map(|arg| {
            let local = Path::new(arg).strip_prefix(self.trial.folder()).ok();
            shell::quote(local.filter(|path| path.iter().next().is_some()).map_or(arg, Path::as_os_str))
        }));
        if self.stdin.is_some() {
            words.push("< input".to_owned());
        }
        words.join(" ")
    }

    /// All that is needed to start the program like this once more, elsewhere.
    pub(super) fn start(&self, command: String) -> Start {
        let (program, first) = self.trial.solution.resolved();
        let here = |arg: &OsString| {
            let local = Path::new(arg).strip_prefix(self.trial.folder()).ok();
            local.filter(|path| path.iter().next().is_some()).map_or_else(|| arg.clone(), |path| path.into())
        };
        let words: Vec<OsString> =
            [program].into_iter().chain(first).chain(self.args.iter().map(here)).collect();
        Start {
            command,
            files: self.trial.named(&words),
            words,
            env: self.settings(),
            unset: self.unset.clone(),
            stdin: self.stdin.clone(),
            stdout_closed: self.stdout_closed,
            listens: None,
        }
    }

    /// What the solution sets, then what the check does.
    fn settings(&self) -> Vec<(OsString, OsString)> {
        let of_solution = self.trial.solution.env().iter().map(|(name, value)| (name.into(), value.into()));
        of_solution.chain(self.env.iter().map(|(name, value)| (name.into(), value.clone()))).collect()
    }

    pub(super) fn limits(&self) -> Limits {
        let left = self.trial.time_left();
        Limits {
            deadline: self.trial.stretch(self.deadline).min(left),
            stretched: self.trial.factor,
            memory: self.memory,
            disk: self.disk,
            processes: self.processes,
            output: self.output,
            flood_ends: true,
        }
    }

    pub(super) fn spec(self, limits: Limits) -> Spec {
        let solution = self.trial.solution;
        let (program, mut args) = solution.resolved();
        let set = self.settings();
        args.extend(self.args);
        let folder = self.trial.folder().to_owned();
        // What the program puts aside goes with the trial.
        let mut env = vec![("TMPDIR".into(), folder.clone().into_os_string())];
        env.extend(set);
        let unset = self.unset.into_iter().map(OsString::from).collect();
        let (stdin, stdout_closed) = (self.stdin, self.stdout_closed);
        Spec { program, args, env, purpose: Purpose::Judged, unset, folder, stdin, stdout_closed, limits }
    }
}

impl Trial<'_> {
    /// The first file that the check wrote, where it is not absurdly long: the likely input of what went wrong.
    fn first_written(&self) -> Option<Vec<u8>> {
        let path = self.written.borrow().first()?.clone();
        let small = path.metadata().ok()?.len() <= 1 << 24;
        if small { std::fs::read(path).ok() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use super::*;
    use crate::folder::Folder;
    use crate::{Check, Options, Solution};

    #[test]
    fn a_start_gets_ten_seconds_of_a_patient_check_unless_it_asks_for_more() {
        let patient = Check::new("", "", Duration::from_secs(120), |_| Ok(()));
        let (folder, solution) = (Folder::temporary().unwrap(), Solution::new(Path::new("."), 1, ["true"]));
        let unstartable = OnceLock::new();
        let trial = Trial::new(&patient, &Options::default(), &folder, &solution, &unstartable).unwrap();
        // On a busy machine all of them grow.
        let deadline = |start: Invocation<'_>| (start.limits().deadline.as_secs_f64() / trial.factor).round();
        assert_eq!(deadline(trial.program()), 10.0);
        assert_eq!(deadline(trial.program().deadline(Duration::from_secs(60))), 60.0);
        assert_eq!(deadline(trial.program().deadline(Duration::from_secs(600))), 120.0);
    }
}
