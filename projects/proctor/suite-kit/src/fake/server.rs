//! The server and its handle: a thread with a runtime of its own, which ends with the handle.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::handler::Handler;
use super::ledger::Ledger;
use super::{Call, Overdue, Service};

/// A service that does as its script says. Dropped, it closes its port and all its connections.
pub struct FakeServer<S: Service> {
    address: SocketAddr,
    handler: Arc<Handler<S>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// How a fake is started, where [`FakeServer::start`] isn't enough.
#[derive(Clone, Copy, Debug)]
pub struct Builder {
    address: SocketAddr,
    recorded: bool,
}

impl Builder {
    /// At this address instead of a free port of 127.0.0.1.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Without a record of calls, which grows for as long as the fake runs. Counts are kept.
    #[must_use]
    pub fn unrecorded(mut self) -> Self {
        self.recorded = false;
        self
    }

    /// Starts it. It listens when this returns.
    ///
    /// # Errors
    ///
    /// When it can't listen at the address, or there is no thread to be had.
    pub fn start<S: Service>(
        self,
        script: impl FnMut(&Call<S>) -> S::Reply + Send + 'static,
    ) -> io::Result<FakeServer<S>> {
        let listener = std::net::TcpListener::bind(self.address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let handler = Arc::new(Handler {
            ledger: Arc::new(Ledger::new(self.recorded)),
            script: Mutex::new(Box::new(script)),
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&handler);
        let thread = std::thread::Builder::new()
            .name("fake-server".to_owned())
            .spawn(move || runtime.block_on(serve(listener, serving, stopped)))?;
        Ok(FakeServer { address, handler, stop: Some(stop), thread: Some(thread) })
    }
}

impl<S: Service> FakeServer<S> {
    /// Starts it at a free port of 127.0.0.1, recording all calls.
    ///
    /// # Errors
    ///
    /// When it can't listen, or there is no thread to be had.
    pub fn start(script: impl FnMut(&Call<S>) -> S::Reply + Send + 'static) -> io::Result<Self> {
        Self::builder().start(script)
    }

    /// To choose the address, or to record nothing.
    pub fn builder() -> Builder {
        Builder { address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), recorded: true }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on, calls are answered by this script.
    pub fn set_script(&self, script: impl FnMut(&Call<S>) -> S::Reply + Send + 'static) {
        let mut current = self.handler.script.lock().unwrap_or_else(PoisonError::into_inner);
        *current = Box::new(script);
    }

    /// All calls so far, in the order in which they came.
    pub fn calls(&self) -> Vec<Call<S>> {
        self.handler.ledger.lock().calls.clone()
    }

    /// Method and path of each request that was no call, and was refused.
    pub fn strays(&self) -> Vec<String> {
        self.handler.ledger.lock().strays.clone()
    }

    /// How many calls there were, also where none is recorded.
    pub fn total(&self) -> usize {
        self.handler.ledger.lock().total
    }

    /// How many calls are open.
    pub fn in_flight(&self) -> usize {
        self.handler.ledger.lock().in_flight
    }

    /// How many calls were open at once at most.
    pub fn peak(&self) -> usize {
        self.handler.ledger.lock().peak
    }

    /// Blocks until the calls are as wanted, and gives them. The closure must not ask the fake, which is locked.
    ///
    /// # Errors
    ///
    /// When they aren't by the deadline, with the calls by then.
    pub fn wait_for(
        &self,
        deadline: Duration,
        wanted: impl FnMut(&[Call<S>]) -> bool,
    ) -> Result<Vec<Call<S>>, Overdue<S>> {
        self.handler.ledger.wait_for(deadline, wanted)
    }

    /// As [`wait_for`](Self::wait_for), for a test on a tokio runtime.
    ///
    /// # Errors
    ///
    /// When they aren't by the deadline, with the calls by then.
    pub async fn until(
        &self,
        deadline: Duration,
        wanted: impl FnMut(&[Call<S>]) -> bool,
    ) -> Result<Vec<Call<S>>, Overdue<S>> {
        self.handler.ledger.until(deadline, wanted).await
    }
}

impl<S: Service> fmt::Debug for FakeServer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeServer").field("address", &self.address).finish_non_exhaustive()
    }
}

impl<S: Service> Drop for FakeServer<S> {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The client of a script that panicked has seen a broken connection; there is nothing to add.
            drop(thread.join());
        }
    }
}

/// Serves until the handle is dropped. The connections are this future's own: they end with it.
async fn serve<S: Service>(
    listener: std::net::TcpListener,
    handler: Arc<Handler<S>>,
    stopped: oneshot::Receiver<()>,
) {
    let listener = TcpListener::from_std(listener).expect("a listener without blocking fits the runtime");
    let mut connections = JoinSet::new();
    let accepting = async {
        let mut number = 0;
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        number += 1;
                        connections.spawn(connection(stream, Arc::clone(&handler), number));
                    }
                    // Out of descriptors as a rule: some are freed when calls end.
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
    };
    tokio::select! {
        () = accepting => {}
        _ = stopped => {}
    }
}

async fn connection<S: Service>(stream: TcpStream, handler: Arc<Handler<S>>, number: u64) {
    // A reply in two small writes would wait for the client's delayed acknowledgement.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = service_fn(move |request| Arc::clone(&handler).handle(request, number));
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new());
    server.http2().timer(TokioTimer::new());
    // How a connection ended is in the fate of its calls.
    #[cfg(feature = "websocket")]
    drop(server.serve_connection_with_upgrades(TokioIo::new(stream), service).await);
    #[cfg(not(feature = "websocket"))]
    drop(server.serve_connection(TokioIo::new(stream), service).await);
}
