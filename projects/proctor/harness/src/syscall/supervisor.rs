//! The supervisor: a small process between proctor and the program, so that nothing the program starts can escape.
//!
//! It is a child subreaper: every orphan below it that isn't in a PID namespace falls to it, however often it forked
//! and whatever session it made for itself. It reports over a socket how the program ended, leaves when nothing is
//! left below it, and kills everything below it when the socket closes: because proctor has seen enough, or because
//! proctor itself was killed.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, WaitOptions, WaitStatus, pidfd_open, setpgid, wait};

use super::sweep::{sweep, sweep_namespace};
use super::{EXITED, INIT, SIGNALLED, STARTED, ignore};

/// The first process of a PID namespace, as seen from the supervisor's own namespace.
pub(super) struct Init {
    pub(super) pid: Pid,
    /// A byte asks it to leave once it has no children. Closed without one, it leaves at once.
    pub(super) writer: OwnedFd,
}

/// The supervisor's whole life.
pub(super) fn watch(program: Pid, init: Option<Init>, link: BorrowedFd<'_>) -> ! {
    // Either call may come first: this one settles the group before proctor could want to signal it.
    ignore(setpgid(Some(program), Some(program)));
    ignore(rustix::thread::set_name(c"proctor-superv"));
    block_signals();
    // A pipe of the program that stayed open here would never end for its reader.
    match &init {
        Some(init) => close_all_but(&[link.as_raw_fd(), init.writer.as_raw_fd()]),
        None => close_all_but(&[link.as_raw_fd()]),
    }
    if let Some(init) = &init {
        report(link, INIT, init.pid.as_raw_pid());
    }
    report(link, STARTED, program.as_raw_pid());
    let mut handle = pidfd_open(program, PidfdFlags::empty()).ok();
    let mut running = true;
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some((pid, status))) => {
                if pid == program {
                    running = false;
                    report_end(link, status);
                    handle = init.as_ref().and_then(|init| {
                        ignore(rustix::io::write(&init.writer, &[0]));
                        pidfd_open(init.pid, PidfdFlags::empty()).ok()
                    });
                }
                continue;
            }
            Ok(None) => {}
            Err(_) => leave(0),
        }
        // The end of the program wakes the supervisor, and then the end of the init. The ends of others are polled.
        // Where the kernel gives no handle (before 5.3, or under an old container engine) so are these.
        let pause =
            if handle.is_some() && (running || init.is_some()) { milliseconds(50) } else { milliseconds(2) };
        let alone = match &handle {
            Some(handle) => {
                closed(&mut [PollFd::new(&link, PollFlags::IN), PollFd::new(handle, PollFlags::IN)], &pause)
            }
            None => closed(&mut [PollFd::new(&link, PollFlags::IN)], &pause),
        };
        if alone {
            match &init {
                Some(init) => sweep_namespace(init.pid),
                None => sweep(program),
            }
            leave(0);
        }
    }
}

/// Waits for one of the descriptors; true when the first, the link, is closed at its other end.
fn closed(descriptors: &mut [PollFd<'_>], pause: &Timespec) -> bool {
    ignore(poll(descriptors, Some(pause)));
    descriptors.first().is_some_and(|link| !link.revents().is_empty())
}

fn report_end(link: BorrowedFd<'_>, status: WaitStatus) {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => report(link, EXITED, code),
        (None, Some(signal)) => report(link, SIGNALLED, signal),
        (None, None) => {}
    }
}

fn report(link: BorrowedFd<'_>, tag: u8, number: i32) {
    let [a, b, c, d] = number.to_ne_bytes();
    // Five bytes always fit into a fresh socket. Proctor gone shows as a closed link.
    ignore(rustix::io::write(link.as_fd(), &[tag, a, b, c, d]));
}

/// Blocks signals that are meant for proctor.
fn block_signals() {
    // SAFETY: `all` is a plain set of bits that sigfillset fills before sigprocmask reads it; a null third argument
    // asks for no old mask.
    #[expect(clippy::multiple_unsafe_ops_per_block, reason = "the three make one mask")]
    unsafe {
        let mut all = std::mem::zeroed::<libc::sigset_t>();
        libc::sigfillset(&raw mut all);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const all, std::ptr::null_mut());
    }
}

/// Closes every descriptor but these, at most two.
pub(super) fn close_all_but(kept: &[RawFd]) {
    let mut first = 0;
    while let Some(next) = kept.iter().map(|kept| kept.unsigned_abs()).filter(|&kept| kept >= first).min() {
        if next > first {
            close_from_to(first, next - 1);
        }
        first = next.saturating_add(1);
    }
    close_from_to(first, u32::MAX);
}

fn close_from_to(first: u32, last: u32) {
    // SAFETY: the process never returns to code that owns any of these descriptors: it leaves by `_exit`.
    let result = unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
    if result != 0 {
        // A kernel before 5.9.
        for descriptor in first..=last.min(65_535) {
            // SAFETY: as above.
            unsafe { libc::close(descriptor.cast_signed()) };
        }
    }
}

pub(super) fn leave(code: i32) -> ! {
    // SAFETY: `_exit` runs no handlers and touches no memory of the forked program.
    unsafe { libc::_exit(code) }
}

pub(super) const fn milliseconds(count: i64) -> Timespec {
    Timespec { tv_sec: 0, tv_nsec: count * 1_000_000 }
}
