//! The supervisor: a small process between proctor and the program, so that nothing the program starts can escape.
//!
//! The only module with unsafe code. `Command` forks; the forked child forks again. The inner child becomes the
//! program; the outer one stays as the **supervisor**: a child subreaper, which every orphan below it falls to, however
//! often it forked and whatever session it made for itself. The supervisor tells proctor over a socket how the program
//! ended, leaves when nothing is left below it, and kills all that is below it when the socket closes: because
//! proctor has seen enough, or because proctor itself was killed.
//!
//! The supervisor is a fork of a program that may have threads, so it never allocates, takes no lock and cannot panic.
#![expect(unsafe_code, reason = "fork, the signal mask and closing descriptors have no safe form")]

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::process::{
    Pid, PidfdFlags, Resource, Rlimit, Signal, WaitOptions, WaitStatus, kill_process, kill_process_group,
    pidfd_open, set_child_subreaper, set_parent_process_death_signal, setpgid, setrlimit, wait,
};

/// The length of a message from the supervisor: a tag and a number in native order.
pub(crate) const MESSAGE: usize = 5;
/// Tag: the number is the program's process id.
pub(crate) const STARTED: u8 = b's';
/// Tag: the program exited with this code.
pub(crate) const EXITED: u8 = b'e';
/// Tag: this signal ended the program.
pub(crate) const SIGNALLED: u8 = b'k';

/// Makes `command` start its program under a supervisor. `link` is the supervisor's end of the socket; proctor's end must
/// not be inherited, which holds for every socket that the standard library makes.
pub(crate) fn supervise(command: &mut Command, link: UnixStream) {
    command.process_group(0);
    // SAFETY: the closure runs in a forked child of a program that may have threads. It and all it calls make
    // system calls on memory that was set up before the fork: no allocation, no lock, no panic.
    unsafe { command.pre_exec(move || split(link.as_fd())) };
}

/// Forks: returns in the program, never in the supervisor.
fn split(link: BorrowedFd<'_>) -> io::Result<()> {
    set_child_subreaper(Some(rustix::process::getpid()))?;
    // SAFETY: the child of this fork goes back to the standard library, which executes the program, and the parent
    // stays in `watch`. Both have one thread and call nothing but system calls.
    let pid = unsafe { libc::fork() };
    match Pid::from_raw(pid.max(0)) {
        Some(program) => watch(program, link),
        None if pid < 0 => Err(io::Error::last_os_error()),
        None => {
            setpgid(None, None)?;
            set_parent_process_death_signal(Some(Signal::KILL))?;
            // A crash must not write gigabytes of core before it can be reported.
            setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
            Ok(())
        }
    }
}

/// The supervisor's whole life.
fn watch(program: Pid, link: BorrowedFd<'_>) -> ! {
    // Either call may come first: this one settles the group before proctor could want to signal it.
    ignore(setpgid(Some(program), Some(program)));
    ignore(rustix::thread::set_name(c"proctor-superv"));
    shield(link.as_raw_fd());
    tell(link, STARTED, program.as_raw_pid());
    let handle = pidfd_open(program, PidfdFlags::empty()).ok();
    let mut running = true;
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some((pid, status))) => {
                if pid == program {
                    running = false;
                    tell_end(link, status);
                }
                continue;
            }
            Ok(None) => {}
            Err(_) => leave(0),
        }
        // The program's end wakes the supervisor. The ends of others are looked for now and then.
        // Where the kernel gives no handle (before 5.3, or under an old container engine) that goes for its end too.
        let pause = if running && handle.is_some() { milliseconds(50) } else { milliseconds(2) };
        let alone = match (&handle, running) {
            (Some(handle), true) => {
                closed(&mut [PollFd::new(&link, PollFlags::IN), PollFd::new(handle, PollFlags::IN)], &pause)
            }
            _ => closed(&mut [PollFd::new(&link, PollFlags::IN)], &pause),
        };
        if alone {
            sweep(program);
            leave(0);
        }
    }
}

/// Waits for one of the descriptors; true when the first, the link, is closed at its other end.
fn closed(descriptors: &mut [PollFd<'_>], pause: &Timespec) -> bool {
    ignore(poll(descriptors, Some(pause)));
    descriptors.first().is_some_and(|link| !link.revents().is_empty())
}

/// Kills all descendants until none is left. Children of a killed process fall to the supervisor, so that a few rounds
/// reach every generation. Gives up after ten seconds on what the kernel itself can't end.
fn sweep(program: Pid) {
    for _ in 0..10_000 {
        ignore(kill_process_group(program, Signal::KILL));
        kill_children();
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => return,
            }
        }
        ignore(poll(&mut [], Some(&milliseconds(1))));
    }
}

/// Kills the supervisor's own children, as the kernel lists them: process ids with spaces between.
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
                number = 0;
            }
        }
    }
}

fn tell_end(link: BorrowedFd<'_>, status: WaitStatus) {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => tell(link, EXITED, code),
        (None, Some(signal)) => tell(link, SIGNALLED, signal),
        (None, None) => {}
    }
}

fn tell(link: BorrowedFd<'_>, tag: u8, number: i32) {
    let [a, b, c, d] = number.to_ne_bytes();
    // Five bytes always fit into a fresh socket. Proctor gone shows as a closed link.
    ignore(rustix::io::write(link, &[tag, a, b, c, d]));
}

/// Shuts out signals that are meant for proctor, and lets go of every descriptor but the link: a pipe of the
/// program that stays open here would never end for its reader.
fn shield(link: RawFd) {
    let link = link.unsigned_abs();
    // SAFETY: `all` is a plain set of bits that sigfillset fills before sigprocmask reads it; a null third argument
    // asks for no old mask.
    #[expect(clippy::multiple_unsafe_ops_per_block, reason = "the three make one mask")]
    unsafe {
        let mut all = std::mem::zeroed::<libc::sigset_t>();
        libc::sigfillset(&raw mut all);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const all, std::ptr::null_mut());
    }
    if link > 0 {
        close_from_to(0, link - 1);
    }
    close_from_to(link.saturating_add(1), u32::MAX);
}

fn close_from_to(first: u32, last: u32) {
    // SAFETY: the supervisor never returns to code that owns any of these descriptors: it leaves by `_exit`.
    let result = unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
    if result != 0 {
        // A kernel before 5.9.
        for descriptor in first..=last.min(65_535) {
            // SAFETY: as above.
            unsafe { libc::close(descriptor.cast_signed()) };
        }
    }
}

fn leave(code: i32) -> ! {
    // SAFETY: `_exit` runs no handlers and touches no memory of the forked program.
    unsafe { libc::_exit(code) }
}

const fn milliseconds(count: i64) -> Timespec {
    Timespec { tv_sec: 0, tv_nsec: count * 1_000_000 }
}

/// The supervisor has nobody to tell: what fails here shows itself in what proctor sees.
fn ignore<T>(_: rustix::io::Result<T>) {}

/// Makes this process the one that orphans below it fall to; false where the kernel won't.
pub(crate) fn adopt() -> bool {
    set_child_subreaper(Some(rustix::process::getpid())).is_ok()
}

/// Kills and reaps whatever is still below this process.
pub(crate) fn end_adopted() {
    for _ in 0..1_000 {
        kill_children();
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => return,
            }
        }
        ignore(poll(&mut [], Some(&milliseconds(1))));
    }
}
