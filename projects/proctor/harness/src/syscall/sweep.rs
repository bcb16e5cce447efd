//! Killing everything below a process.

use rustix::event::poll;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitOptions, getpgid, getpgrp, kill_process, kill_process_group, waitpid,
};

use super::ignore;
use super::supervisor::milliseconds;

/// Rounds until what the kernel itself can't end is given up: ten seconds and more.
const MAX_ROUNDS: u32 = 10_000;
/// Children reaped in one round. Chains of processes that fork and exit make new ones as quickly.
const MAX_REAPED: u32 = 64;

/// Kills a PID namespace by its init, and reaps it and the program.
pub(super) fn sweep_namespace(init: Pid) {
    for _ in 0..MAX_ROUNDS {
        ignore(kill_process(init, Signal::KILL));
        if !reap() {
            return;
        }
        ignore(poll(&mut [], Some(&milliseconds(1))));
    }
}

/// Kills all descendants until none is left. Children of a killed process fall to the supervisor, so that a few rounds
/// reach every generation.
pub(super) fn sweep(program: Pid) {
    for round in 0..MAX_ROUNDS {
        // The kernel kills a group at once: nothing in it can fork meanwhile.
        ignore(kill_process_group(program, Signal::KILL));
        kill_children();
        if !reap() {
            return;
        }
        // Chains of short processes are only caught by someone as quick.
        if round >= 1_000 {
            ignore(poll(&mut [], Some(&milliseconds(1))));
        }
    }
}

/// Kills a program's process group and the init of its PID namespace, ahead of the supervisor's own work. The program
/// must not have been reaped yet.
pub(crate) fn kill_now(program: i32, init: Option<i32>) {
    if let Some(init) = init.and_then(Pid::from_raw) {
        ignore(kill_process(init, Signal::KILL));
    }
    if let Some(program) = Pid::from_raw(program) {
        ignore(kill_process_group(program, Signal::KILL));
    }
}

/// Kills and reaps whatever is still below this process.
pub(crate) fn end_adopted() {
    for _ in 0..1_000 {
        kill_children();
        if !reap() {
            return;
        }
        ignore(poll(&mut [], Some(&milliseconds(1))));
    }
}

/// Reaps children that have ended, and kills the process group of each first: a chain of processes that fork and exit
/// stays in its group. False when there are no children left.
fn reap() -> bool {
    for _ in 0..MAX_REAPED {
        match ended_child() {
            Ok(Some(child)) => {
                kill_group_of(child);
                ignore(waitpid(Some(child), WaitOptions::NOHANG));
            }
            Ok(None) => return true,
            Err(Errno::INTR) => {}
            Err(_) => return false,
        }
    }
    true
}

/// A child that has ended, left as it is: until it is reaped, its number and its group belong to nobody else.
fn ended_child() -> Result<Option<Pid>, Errno> {
    // SAFETY: siginfo_t is a plain record of numbers, for which all zeros are valid.
    let mut info = unsafe { std::mem::zeroed::<libc::siginfo_t>() };
    let look = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    // SAFETY: `info` is a siginfo_t that the call may write until it returns.
    let result = unsafe { libc::waitid(libc::P_ALL, 0, &raw mut info, look) };
    if result != 0 {
        return Err(Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::CHILD));
    }
    // SAFETY: after a successful waitid this field is the child's id, or still zero.
    Ok(Pid::from_raw(unsafe { info.si_pid() }.max(0)))
}

/// Kills the group of a child. The supervisor leads a session of its own, so that a descendant can't have joined a
/// group of anyone else.
fn kill_group_of(child: Pid) {
    if let Some(group) = getpgid(Some(child)).ok().filter(|&group| group != getpgrp()) {
        ignore(kill_process_group(group, Signal::KILL));
    }
}

/// Kills this process's own children, as the kernel lists them: process ids with spaces between.
fn kill_children() {
    let Ok(list) =
        rustix::fs::open(c"/proc/thread-self/children", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
    else {
        return;
    };
    let mut buffer = [0_u8; 4096];
    let mut number = 0_i32;
    while let Ok(length @ 1..) = rustix::io::read(&list, &mut buffer) {
        for byte in buffer.iter().take(length) {
            if byte.is_ascii_digit() {
                number = number.wrapping_mul(10).wrapping_add(i32::from(byte.wrapping_sub(b'0')));
            } else if let Some(child) = Pid::from_raw(number.max(0)) {
                ignore(kill_process(child, Signal::KILL));
                kill_group_of(child);
                number = 0;
            }
        }
    }
}
