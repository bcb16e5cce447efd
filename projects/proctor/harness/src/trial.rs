//! What a check holds in its hands: seeded randomness, a folder of its own, and the program to start.

mod address;
mod invocation;
mod kept;
mod refuse;
mod serve;
mod server;
mod signal;
mod verdict;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use self::address::Claim;
pub use self::invocation::Invocation;
use self::kept::Start;
pub use self::server::Server;
pub use self::signal::Signal;

use crate::calibration;
use crate::folder::Folder;
use crate::{Check, Failure, Options, Solution, Stop};

/// One run of one check against one solution.
#[derive(Debug)]
pub struct Trial<'a> {
    rng: fastrand::Rng,
    seed: u64,
    shrinks: bool,
    folder: Folder,
    until: Cell<Instant>,
    allowed: Duration,
    /// How much longer everything may take on this busy machine, from 1.
    factor: f64,
    solution: &'a Solution,
    unstartable: &'a OnceLock<Unstartable>,
    written: RefCell<Vec<PathBuf>>,
    /// Only where failures are kept.
    starts: Option<RefCell<Vec<Start>>>,
    /// Addresses of its servers, held until the trial is over.
    claims: RefCell<Vec<Claim>>,
    /// What a server did wrong when the check had no eye on it. Servers write it, and may be on other threads.
    unseen: Mutex<Option<Failure>>,
}

/// The program could not be started at all: no check can say anything.
#[derive(Clone, Debug)]
pub(crate) struct Unstartable {
    pub(crate) command: String,
    pub(crate) reason: String,
}

impl<'a> Trial<'a> {
    pub(crate) fn new(
        check: &Check,
        options: &Options,
        within: &Folder,
        solution: &'a Solution,
        unstartable: &'a OnceLock<Unstartable>,
    ) -> io::Result<Self> {
        let factor = calibration::factor().min(options.max_stretch);
        Ok(Self {
            rng: fastrand::Rng::with_seed(options.seed ^ hash(check.name)),
            seed: options.seed,
            shrinks: options.shrink,
            folder: within.within()?,
            until: Cell::new(Instant::now() + check.deadline.mul_f64(factor)),
            allowed: check.deadline,
            factor,
            solution,
            unstartable,
            written: RefCell::default(),
            starts: options.keep.is_some().then(RefCell::default),
            claims: RefCell::default(),
            unseen: Mutex::default(),
        })
    }
}

impl Trial<'_> {
    /// Randomness from the seed and the check's name: the same seed, the same input.
    pub fn rng(&mut self) -> &mut fastrand::Rng {
        &mut self.rng
    }

    /// The seed that the person gave, or the default.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// False where nobody reads the failure, only which checks fail: then a smaller input is not worth its time.
    pub fn shrinks(&self) -> bool {
        self.shrinks
    }

    /// [`shrink`](crate::shrink()), or the items as they are where [`shrinks`](Self::shrinks) is false.
    pub fn shrink<T: Clone>(
        &self,
        items: Vec<T>,
        budget: usize,
        still_fails: impl FnMut(&[T]) -> bool,
    ) -> Vec<T> {
        if self.shrinks { crate::shrink(items, budget, still_fails) } else { items }
    }

    /// A timeout, made longer by what the machine was busy with when the trial began: up to ten times. For waits that
    /// a check makes itself; its own deadline and those of its starts grow by as much.
    pub fn stretch(&self, timeout: Duration) -> Duration {
        timeout.mul_f64(self.factor)
    }

    /// How much of the check's deadline is left.
    pub fn time_left(&self) -> Duration {
        self.until.get().saturating_duration_since(Instant::now())
    }

    /// The folder that the program is started in; it is removed afterwards.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into the folder and returns its path.
    ///
    /// # Errors
    ///
    /// [`Stop::Skipped`] when the machine can't: it is not the solution's fault.
    pub fn write(&self, name: &str, contents: &[u8]) -> Result<PathBuf, Stop> {
        let path = self.folder().join(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, contents));
        match made {
            Ok(()) => {
                self.written.borrow_mut().push(path.clone());
                Ok(path)
            }
            Err(error) => Err(Stop::Skipped(format!("the input {name} can't be written: {error}"))),
        }
    }

    /// What a server did wrong and the check didn't see.
    pub(crate) fn unseen(&self) -> Option<Failure> {
        self.unseen.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Prepares a start of the solution's program.
    pub fn program(&self) -> Invocation<'_> {
        Invocation::new(self)
    }
}

/// A program that has ended by itself.
#[derive(Clone, Debug)]
pub struct Finished {
    /// All of standard output.
    pub stdout: Vec<u8>,
    /// All of standard error.
    pub stderr: Vec<u8>,
    /// How it ended.
    pub ending: Ending,
    /// The command line as a person would type it.
    pub command: String,
    /// Wall time from start to end.
    pub elapsed: Duration,
    /// How many bytes of standard input it left unread, as far as that is known: a pipe takes some in advance.
    pub unread: usize,
}

impl Finished {
    /// A failure that already holds the command line, standard error, and a hint where input was left unread.
    pub fn failure(&self, expected: impl Into<String>, actual: impl Into<String>) -> Failure {
        let mut failure = Failure::new(expected, actual).command(&self.command);
        if !self.stderr.is_empty() {
            failure = failure.stderr(self.stderr.clone());
        }
        if self.unread > 0 {
            failure = failure.note("it closed standard input before it had read all of it");
        }
        failure
    }
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It exited with this code.
    Exited(i32),
    /// A signal ended it.
    Signalled(i32),
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(code) => write!(f, "exited with {code}"),
            Self::Signalled(signal) => {
                let name = match signal {
                    1 => " (SIGHUP)",
                    2 => " (SIGINT)",
                    4 => " (SIGILL)",
                    6 => " (SIGABRT)",
                    7 => " (SIGBUS)",
                    8 => " (SIGFPE)",
                    9 => " (SIGKILL)",
                    11 => " (SIGSEGV)",
                    13 => " (SIGPIPE)",
                    15 => " (SIGTERM)",
                    25 => " (SIGXFSZ)",
                    _ => "",
                };
                write!(f, "was ended by signal {signal}{name}")
            }
        }
    }
}

/// FNV-1a: two checks must not get the same input from the same seed, on any machine, for all time.
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
