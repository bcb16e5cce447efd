//! System calls without a safe form: starting a program under a supervisor.
//!
//! The only module with unsafe code. `Command` forks; the forked child forks again. The inner child becomes the
//! program; the outer one stays as the **supervisor**. Where the kernel allows it, the program lives in PID and mount
//! namespaces of its own, and the supervisor forks a second child first: the **init** of the PID namespace.
//!
//! All of these processes are forks of a program that may have threads, so between fork and exec they never
//! allocate, take no lock and cannot panic.
#![expect(unsafe_code, reason = "fork, mount, the signal mask and closing descriptors have no safe form")]

mod namespace;
mod supervisor;
mod sweep;

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use rustix::process::{
    Pid, Resource, Rlimit, Signal, getpriority_process, getrlimit, set_child_subreaper,
    set_parent_process_death_signal, setpgid, setpriority_pgrp, setpriority_process, setrlimit, setsid,
};

pub(crate) use self::namespace::{UserMap, unmount};
use self::supervisor::Init;
pub(crate) use self::sweep::{end_adopted, kill_now};

/// The length of a message from the supervisor: a tag and a number in native order.
pub(crate) const MESSAGE: usize = 5;
/// Tag: the number is the process id of the PID namespace's init.
pub(crate) const INIT: u8 = b'i';
/// Tag: the number is the program's process id.
pub(crate) const STARTED: u8 = b's';
/// Tag: the program exited with this code.
pub(crate) const EXITED: u8 = b'e';
/// Tag: this signal ended the program.
pub(crate) const SIGNALLED: u8 = b'k';

/// Added to the nice value of what is judged, so that proctor gets a processor in time to end it.
pub(crate) const NICENESS: i32 = 5;
/// The largest nice value.
const LOWEST: i32 = 19;

/// Gives a program's process group the lowest priority.
pub(crate) fn yield_to_proctor(program: i32) {
    if let Some(group) = Pid::from_raw(program) {
        ignore(setpriority_pgrp(Some(group), LOWEST));
    }
}

/// What the kernel holds a program to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Confinement {
    /// PID and mount namespaces of its own.
    pub(crate) namespaces: bool,
    /// A user namespace around them, for those who are not root.
    pub(crate) user: Option<UserMap>,
    /// `RLIMIT_NPROC`, which the kernel applies to everyone but root.
    pub(crate) tasks: Option<u64>,
    /// `RLIMIT_FSIZE`: the length of one file, in bytes. The largest number is no limit.
    pub(crate) file: u64,
}

/// Makes `command` start its program under a supervisor. `link` is the supervisor's end of the socket; proctor's end
/// must not be inherited, which holds for every socket that the standard library makes.
pub(crate) fn supervise(command: &mut Command, link: UnixStream, confinement: Confinement) {
    // SAFETY: the closure runs in a forked child of a program that may have threads. It and all it calls make
    // system calls on memory that was set up before the fork: no allocation, no lock, no panic.
    unsafe { command.pre_exec(move || split(link.as_fd(), &confinement)) };
}

/// Forks: returns in the program, never in the supervisor.
fn split(link: BorrowedFd<'_>, confinement: &Confinement) -> io::Result<()> {
    // A session of its own: no terminal to write to, and no group of proctor's that a program could join.
    setsid()?;
    set_child_subreaper(Some(rustix::process::getpid()))?;
    let init = if confinement.namespaces { Some(namespace::enter(confinement.user.as_ref())?) } else { None };
    // SAFETY: the child of this fork goes back to the standard library, which executes the program, and the parent
    // stays in `watch`. Both have one thread and call nothing but system calls.
    let pid = unsafe { libc::fork() };
    match Pid::from_raw(pid.max(0)) {
        Some(program) => supervisor::watch(program, init, link),
        None if pid < 0 => Err(io::Error::last_os_error()),
        None => become_program(init, confinement),
    }
}

/// The last steps before the program is executed.
fn become_program(init: Option<Init>, confinement: &Confinement) -> io::Result<()> {
    setpgid(None, None)?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    if init.is_some() {
        namespace::mount_proc()?;
    }
    // A crash must not write gigabytes of core before it can be reported.
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    if let Some(tasks) = confinement.tasks {
        lower(Resource::Nproc, tasks)?;
    }
    if confinement.file != u64::MAX {
        lower(Resource::Fsize, confinement.file)?;
    }
    let nice = getpriority_process(None)?.saturating_add(NICENESS);
    setpriority_process(None, nice)?;
    Ok(())
}

/// Lowers both values of a limit to `most`, where they are higher.
fn lower(resource: Resource, most: u64) -> io::Result<()> {
    let Rlimit { current, maximum } = getrlimit(resource);
    let at_most = |limit: Option<u64>| Some(limit.map_or(most, |limit| limit.min(most)));
    Ok(setrlimit(resource, Rlimit { current: at_most(current), maximum: at_most(maximum) })?)
}

/// Processor time that the calling thread has used.
pub(crate) fn thread_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a timespec that the call may write until it returns.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Makes this process the one that orphans below it fall to; false where the kernel won't.
pub(crate) fn adopt() -> bool {
    set_child_subreaper(Some(rustix::process::getpid())).is_ok()
}

/// For those who have nobody to report to: what fails shows in what proctor sees.
fn ignore<T>(_: rustix::io::Result<T>) {}
