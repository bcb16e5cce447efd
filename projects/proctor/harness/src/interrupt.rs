//! Ctrl-C and its kin: one flag, and one descriptor that every wait watches beside its own.
//!
//! Only programs install it; a library call leaves the signals of its process alone.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// Lives as long as the program. The stream is never read: once a signal came, every wait returns at once.
static INTERRUPT: OnceLock<(Arc<AtomicBool>, UnixStream)> = OnceLock::new();

/// Takes over SIGINT, SIGTERM and SIGHUP. A second call does nothing.
pub(crate) fn install() -> io::Result<()> {
    if INTERRUPT.get().is_some() {
        return Ok(());
    }
    let (ours, theirs) = UnixStream::pair()?;
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // The flag first: who is woken by the stream must find it set.
        signal_hook::flag::register(signal, Arc::clone(&flag))?;
        signal_hook::low_level::pipe::register(signal, theirs.try_clone()?)?;
    }
    // Lost a race with another thread: its handlers do the same.
    INTERRUPT.set((flag, ours)).ok();
    Ok(())
}

/// True once a signal came.
pub(crate) fn raised() -> bool {
    INTERRUPT.get().is_some_and(|(flag, _)| flag.load(Ordering::SeqCst))
}

/// Readable once a signal came; none where nothing is installed.
pub(crate) fn descriptor() -> Option<BorrowedFd<'static>> {
    INTERRUPT.get().map(|(_, stream)| stream.as_fd())
}
