//! A socket with timeouts: for its first bytes, and for room to write.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// As long as the preface of HTTP/2. What comes after is bounded by hyper: the headers of HTTP/1.1 by their own
/// timeout, HTTP/2 by pings.
const OPENING_BYTES: usize = 24;

pin_project! {
    /// Wraps a plain or an encrypted connection.
    #[derive(Debug)]
    pub(crate) struct Socket<T> {
        #[pin]
        inner: T,
        opening: Option<Pin<Box<Sleep>>>,
        read: usize,
        write: Duration,
        write_timeout: Option<Pin<Box<Sleep>>>,
    }
}

impl<T> Socket<T> {
    pub(crate) fn new(inner: T, opening: Duration, write: Duration) -> Self {
        Self { inner, opening: Some(Box::pin(sleep(opening))), read: 0, write, write_timeout: None }
    }
}

impl<T: AsyncRead> AsyncRead for Socket<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.project();
        let before = buffer.filled().len();
        let Poll::Ready(result) = this.inner.poll_read(context, buffer) else {
            if let Some(opening) = this.opening {
                ready!(opening.as_mut().poll(context));
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            return Poll::Pending;
        };
        if this.opening.is_some() {
            *this.read += buffer.filled().len() - before;
            if *this.read >= OPENING_BYTES {
                *this.opening = None;
            }
        }
        Poll::Ready(result)
    }
}

/// Turns a write that waits for too long into an error. Any progress starts the time again.
fn bounded<R>(
    written: Poll<io::Result<R>>,
    write_timeout: &mut Option<Pin<Box<Sleep>>>,
    write: Duration,
    context: &mut Context<'_>,
) -> Poll<io::Result<R>> {
    if written.is_ready() {
        *write_timeout = None;
        return written;
    }
    let write_timeout = write_timeout.get_or_insert_with(|| Box::pin(sleep(write)));
    ready!(write_timeout.as_mut().poll(context));
    Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
}

impl<T: AsyncWrite> AsyncWrite for Socket<T> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.project();
        let written = this.inner.poll_write(context, bytes);
        bounded(written, this.write_timeout, *this.write, context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.project();
        let written = this.inner.poll_write_vectored(context, slices);
        bounded(written, this.write_timeout, *this.write, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.project();
        let flushed = this.inner.poll_flush(context);
        bounded(flushed, this.write_timeout, *this.write, context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.project();
        let shut = this.inner.poll_shutdown(context);
        bounded(shut, this.write_timeout, *this.write, context)
    }
}
