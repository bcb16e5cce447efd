//! The signal that the service is being stopped: given once, seen by every stream.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::sync::watch;

/// Signals that the service is being stopped. Clones are handles to the same signal; whoever runs the service sends it.
#[derive(Clone, Debug)]
pub struct Drain(Arc<Signal>);

#[derive(Debug)]
struct Signal {
    /// Looked at for every message, which a lock would slow down.
    begun: AtomicBool,
    told: watch::Sender<bool>,
}

impl Drain {
    /// A signal that hasn't been given.
    pub fn new() -> Self {
        Self(Arc::new(Signal { begun: AtomicBool::new(false), told: watch::Sender::new(false) }))
    }

    /// Gives the signal; again it does nothing.
    pub fn begin(&self) {
        self.0.begun.store(true, Ordering::Release);
        self.0.told.send_replace(true);
    }

    /// Whether it was given.
    pub fn has_begun(&self) -> bool {
        self.0.begun.load(Ordering::Acquire)
    }

    /// Resolves when it is given.
    pub fn begun(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut receiver = self.0.told.subscribe();
        // The sender lives as long as anybody can give the signal: without one it never comes.
        async move {
            if receiver.wait_for(|begun| *begun).await.is_err() {
                std::future::pending().await
            }
        }
    }
}

impl Default for Drain {
    fn default() -> Self {
        Self::new()
    }
}

/// The signal as a stream's poll function sees it.
pub struct Watch {
    drain: Drain,
    /// Made when the stream waits for the first time: a stream that is always busy needs none.
    begun: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Watch {
    /// Watches that signal.
    pub fn new(drain: Drain) -> Self {
        Self { drain, begun: None }
    }

    /// Whether the signal was given, without a wake-up when it is.
    pub fn has_begun(&self) -> bool {
        self.drain.has_begun()
    }

    /// Ready when the signal has been given.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.begun.get_or_insert_with(|| Box::pin(self.drain.begun())).as_mut().poll(cx)
    }
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("begun", &self.has_begun()).finish_non_exhaustive()
    }
}
