//! Namespaces for what is judged. When the init of a PID namespace ends, the kernel kills everything in it at once and
//! lets nothing fork any more; mounts made in a mount namespace end with it.

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};

use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Signal, WaitOptions, set_parent_process_death_signal, wait};

use super::ignore;
use super::supervisor::{Init, close_all_but, leave};

/// Maps the own user and group to themselves in a new user namespace. Formatted before the fork.
#[derive(Clone, Debug)]
pub(crate) struct UserMap {
    uid: String,
    gid: String,
}

impl UserMap {
    pub(crate) fn own() -> Self {
        let map = |id: u32| format!("{id} {id} 1");
        Self { uid: map(rustix::process::geteuid().as_raw()), gid: map(rustix::process::getegid().as_raw()) }
    }
}

/// Lets all further children of this process live in a new PID namespace, and forks its init.
pub(super) fn enter(user: Option<&UserMap>) -> io::Result<Init> {
    unshare(libc::CLONE_NEWPID | if user.is_some() { libc::CLONE_NEWUSER } else { 0 })?;
    if let Some(map) = user {
        // Only then may someone who is not root map a group.
        write(c"/proc/self/setgroups", "deny")?;
        write(c"/proc/self/uid_map", &map.uid)?;
        write(c"/proc/self/gid_map", &map.gid)?;
    }
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
    // SAFETY: the child stays in `reap`, the parent goes on. Both have one thread and call nothing but system calls.
    let pid = unsafe { libc::fork() };
    match Pid::from_raw(pid.max(0)) {
        Some(pid) => Ok(Init { pid, writer }),
        None if pid < 0 => Err(io::Error::last_os_error()),
        None => reap(&reader),
    }
}

/// The init's whole life: it waits for the program's end, then for all that the program left.
fn reap(reader: &OwnedFd) -> ! {
    ignore(set_parent_process_death_signal(Some(Signal::KILL)));
    ignore(rustix::thread::set_name(c"proctor-init"));
    close_all_but(&[reader.as_raw_fd()]);
    // The kernel reaps the children of a process that ignores their ends; `wait` then returns after the last one.
    // SAFETY: ignoring a signal installs no handler.
    unsafe { libc::signal(libc::SIGCHLD, libc::SIG_IGN) };
    let mut byte = [0_u8];
    loop {
        match rustix::io::read(reader.as_fd(), &mut byte) {
            Ok(1..) => break,
            Err(Errno::INTR) => {}
            // The supervisor is gone: everything has to end.
            _ => leave(0),
        }
    }
    while matches!(wait(WaitOptions::empty()), Ok(_) | Err(Errno::INTR)) {}
    leave(0)
}

/// Gives this process, the program to be, a mount namespace whose /proc shows its own PID namespace. Mounts of the host
/// still appear in it; its own never appear on the host.
pub(super) fn mount_proc() -> io::Result<()> {
    unshare(libc::CLONE_NEWNS)?;
    mount(None, c"/", None, libc::MS_REC | libc::MS_SLAVE)?;
    mount(Some(c"proc"), c"/proc", Some(c"proc"), libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC)
}

fn unshare(flags: RawFd) -> io::Result<()> {
    // SAFETY: it changes what this process shares with others, no memory; the process has one thread.
    if unsafe { libc::unshare(flags) } == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

fn mount(source: Option<&CStr>, target: &CStr, kind: Option<&CStr>, flags: libc::c_ulong) -> io::Result<()> {
    let pointer = |text: Option<&CStr>| text.map_or(std::ptr::null(), CStr::as_ptr);
    // SAFETY: every pointer is null or a string that ends with a null byte and lives until the call returns; a null
    // `data` asks for no options.
    let result =
        unsafe { libc::mount(pointer(source), target.as_ptr(), pointer(kind), flags, std::ptr::null()) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Takes a mount away from its place, whoever still uses it; follows no link.
pub(crate) fn unmount(target: &CStr) -> io::Result<()> {
    // SAFETY: the target is a string that ends with a null byte and lives until the call returns.
    let result = unsafe { libc::umount2(target.as_ptr(), libc::MNT_DETACH | libc::UMOUNT_NOFOLLOW) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

fn write(path: &CStr, text: &str) -> io::Result<()> {
    let file = open(path, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())?;
    rustix::io::write(file, text.as_bytes())?;
    Ok(())
}
