//! A server that runs: connections to it, signals, and failures that show all that is known.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use proctor_harness::{Finished, Server, Signal, Stop};

use super::{CALL, Stage};
use crate::wire::{Connection, Http};

/// A server under way: killed when the last handle to it, or stream on it, is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Served<'s> {
    pub(super) stage: &'s Stage<'s>,
    /// Borrowed for the length of a method only.
    server: Rc<RefCell<Server<'s>>>,
    address: SocketAddr,
}

/// A connection to a server, for several streams.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(super) connection: Arc<Connection>,
}

impl<'s> Served<'s> {
    pub(super) fn new(stage: &'s Stage<'s>, server: Server<'s>) -> Self {
        let address = server.address();
        Self { stage, server: Rc::new(RefCell::new(server)), address }
    }

    /// The stage that it plays on.
    pub(crate) fn stage(&self) -> &'s Stage<'s> {
        self.stage
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A failure with the command line, the transcript and what the server said.
    pub(crate) fn failure(&self, expected: impl Into<String>, actual: impl Into<String>) -> Stop {
        let actual = format!("{}{}", actual.into(), self.stage.transcript.shown());
        self.server.borrow().failure(expected, actual).into()
    }

    /// A new connection.
    pub(crate) fn connect(&self, http: Http) -> Result<Line, Stop> {
        match self.try_connect(http) {
            Ok(line) => Ok(line),
            Err(why) => Err(self.failure("a server that accepts connections", why)),
        }
    }

    /// A new connection, or why there is none.
    pub(crate) fn try_connect(&self, http: Http) -> Result<Line, String> {
        // Made inside: a timeout belongs to the runtime that it is made on.
        let open = async { tokio::time::timeout(CALL, Connection::open(self.address, http)).await };
        match self.stage.wait(open) {
            Ok(Ok(connection)) => Ok(Line { connection: Arc::new(connection) }),
            Ok(Err(error)) => Err(format!("a connection failed: {error}")),
            Err(_) => Err(format!("no connection within {} s", CALL.as_secs())),
        }
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) -> Result<(), Stop> {
        self.stage.transcript.note(&format!("the server gets {signal}"));
        self.server.borrow().signal(signal)
    }

    /// Kills it with SIGKILL, and waits until it is gone.
    pub(crate) fn kill(&self) {
        self.stage.transcript.note("the server is killed");
        self.server.borrow_mut().kill();
    }

    /// Waits until it has ended by itself.
    pub(crate) fn wait(&self, within: Duration) -> Result<Finished, Stop> {
        self.server.borrow_mut().wait(within)
    }

    pub(crate) fn is_running(&self) -> bool {
        self.server.borrow().is_running()
    }

    /// All that it wrote: standard output, then standard error.
    pub(crate) fn written(&self) -> Vec<u8> {
        let server = self.server.borrow();
        [server.stdout(), server.stderr()].concat()
    }
}
