//! What the kernel offers to hold a hostile program, found out once per process by trying it.

use std::env;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::{Limits, Purpose};
use crate::syscall::{self, Confinement, UserMap};

/// `subreaper` turns namespaces off, for systems where they get in the way of what is judged.
const VARIABLE: &str = "PROCTOR_CONTAINMENT";
/// Tasks (processes and threads) that `RLIMIT_NPROC` leaves to a program: so many for each allowed process,
const TASKS_PER_PROCESS: u64 = 8;
/// and so many at least.
const MIN_TASKS: u64 = 1_024;
/// and so many where the number of processes isn't limited.
const MAX_TASKS: u64 = 32_768;
/// `RLIMIT_FSIZE`. Files with holes are longer than what they take: .NET reserves 2 TiB in a `memfd`, and its programs would
/// be killed at less.
const MAX_FILE: u64 = 4 << 40;

/// How what is judged is held. The display form is one line for people.
#[derive(Clone, Debug)]
pub struct Containment {
    namespaces: Namespaces,
    /// Tasks that our user had before anything was started; none for root, whom `RLIMIT_NPROC` doesn't hold.
    tasks: Option<u64>,
}

#[derive(Clone, Debug)]
enum Namespaces {
    /// PID and mount namespaces, made by root.
    Own,
    /// The same within a user namespace.
    InUser(UserMap),
    /// Neither; why.
    Refused(String),
}

/// What holds the programs that this process judges. The first call tries what the kernel allows.
pub fn containment() -> &'static Containment {
    static FOUND: OnceLock<Containment> = OnceLock::new();
    FOUND.get_or_init(Containment::probe)
}

impl Containment {
    fn probe() -> Self {
        let root = rustix::process::geteuid().is_root();
        let tasks = if root { None } else { Some(own_tasks()) };
        if env::var_os(VARIABLE).is_some_and(|value| value == "subreaper") {
            return Self { namespaces: Namespaces::Refused(format!("{VARIABLE} turns them off")), tasks };
        }
        let user = if root { None } else { Some(UserMap::own()) };
        let tried =
            try_out(Confinement { namespaces: true, user: user.clone(), tasks: None, file: u64::MAX });
        let namespaces = match (tried, user) {
            (Ok(()), None) => Namespaces::Own,
            (Ok(()), Some(user)) => Namespaces::InUser(user),
            (Err(error), _) => Namespaces::Refused(error.to_string()),
        };
        Self { namespaces, tasks }
    }

    /// True where the kernel kills all that a program started at once.
    pub fn has_namespaces(&self) -> bool {
        !matches!(self.namespaces, Namespaces::Refused(_))
    }

    pub(crate) fn confinement(&self, purpose: Purpose, limits: &Limits) -> Confinement {
        let (namespaces, user) = match &self.namespaces {
            #[cfg(test)]
            _ if purpose == Purpose::WithoutNamespaces => (false, None),
            Namespaces::Own => (true, None),
            // A build may need other users than the one that is mapped.
            Namespaces::InUser(_) if purpose == Purpose::Build => (false, None),
            Namespaces::InUser(user) => (true, Some(user.clone())),
            Namespaces::Refused(_) => (false, None),
        };
        let allowed = u64::try_from(limits.processes).unwrap_or(u64::MAX).saturating_mul(TASKS_PER_PROCESS);
        let allowed = allowed.clamp(MIN_TASKS, MAX_TASKS);
        let file = if limits.disk == u64::MAX { u64::MAX } else { MAX_FILE };
        Confinement { namespaces, user, tasks: self.tasks.map(|tasks| tasks + allowed), file }
    }
}

impl fmt::Display for Containment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespaces {
            Namespaces::Own => f.write_str("PID and mount namespaces")?,
            Namespaces::InUser(_) => f.write_str("PID and mount namespaces within a user namespace")?,
            Namespaces::Refused(why) => {
                write!(f, "a child subreaper and the walk over /proc; no namespaces: {why}")?
            }
        }
        if self.tasks.is_some() { f.write_str(", RLIMIT_NPROC") } else { Ok(()) }
    }
}

/// Starts `true` like that.
fn try_out(confinement: Confinement) -> io::Result<()> {
    let (mut link, theirs) = UnixStream::pair()?;
    let mut command = Command::new("true");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    syscall::supervise(&mut command, theirs, confinement);
    let mut child = command.spawn()?;
    drop(command);
    let mut messages = Vec::new();
    link.read_to_end(&mut messages)?;
    child.wait()?;
    let ended =
        messages.chunks_exact(syscall::MESSAGE).any(|message| message == [syscall::EXITED, 0, 0, 0, 0]);
    if ended { Ok(()) } else { Err(io::Error::other("`true` doesn't end in them")) }
}

/// How many tasks our user has.
fn own_tasks() -> u64 {
    let own = rustix::process::geteuid().as_raw();
    let Ok(all) = fs::read_dir("/proc") else { return MAX_TASKS };
    all.flatten()
        .filter(|entry| entry.file_name().to_string_lossy().bytes().all(|byte| byte.is_ascii_digit()))
        .filter(|entry| entry.metadata().is_ok_and(|found| found.uid() == own))
        // A folder has a link for each folder in it, and two of its own.
        .filter_map(|entry| fs::metadata(entry.path().join("task")).ok())
        .map(|tasks| tasks.nlink().saturating_sub(2).max(1))
        .sum()
}
