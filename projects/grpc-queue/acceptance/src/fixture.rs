//! The fixture of a check: the servers that it starts, the runtime that its clients run on, and the transcript.
//!
//! A check is plain blocking code. Clients run on the fixture's own runtime, so that what comes is noted when it comes.

mod calls;
mod chat_stream;
mod database;
mod model;
mod script;
mod served;

use std::cell::{Cell, RefCell, RefMut};
use std::fmt::Display;
use std::future::Future;
use std::time::Duration;

use proctor_harness::{Stop, Trial};
use suite_kit::transcript::Transcript;
use tokio::runtime::{Builder, Runtime};

pub(crate) use self::chat_stream::{Ack, ChatStream};
pub(crate) use self::database::Database;
pub(crate) use self::model::{Model, answer_to};
pub(crate) use self::script::Does;
pub(crate) use self::served::{Served, SharedConnection};

use crate::environment;
use crate::words::Words;

/// The fixture of one check.
#[derive(Debug)]
pub(crate) struct Fixture<'t> {
    trial: &'t Trial<'t>,
    runtime: Runtime,
    transcript: Transcript,
    words: RefCell<Words>,
    /// Streams and servers that were named so far.
    chats: Cell<u8>,
    servers: Cell<u32>,
}

impl<'t> Fixture<'t> {
    /// Sets up a fixture.
    ///
    /// # Errors
    ///
    /// [`Stop::Skipped`] where the machine has no thread to spare.
    pub(crate) fn of(trial: &'t mut Trial<'_>) -> Result<Self, Stop> {
        let words = RefCell::new(Words::new(trial.rng().fork()));
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime
            .map_err(|error| Stop::Skipped(format!("the suite's clients can't be started: {error}")))?;
        let transcript = Transcript::new();
        Ok(Self { trial, runtime, transcript, words, chats: Cell::new(0), servers: Cell::new(0) })
    }

    /// Words from the check's seed. Not to be held while another is asked for.
    pub(crate) fn words(&self) -> RefMut<'_, Words> {
        self.words.borrow_mut()
    }

    /// What has happened so far; a check may add lines of its own.
    pub(crate) fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// A server that is to be started.
    pub(crate) fn server(&self) -> Setup<'_> {
        Setup { fixture: self, variables: Vec::new() }
    }

    /// Lets the clients run until this is done.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Waits between two polls of something that sends no notification when it changes.
    pub(crate) fn pause(&self, time: Duration) {
        self.wait(async { tokio::time::sleep(time).await });
    }

    /// "A", "B", …: streams as a failure calls them.
    fn next_label(&self) -> String {
        let number = self.chats.replace(self.chats.get().wrapping_add(1));
        match number {
            0..26 => char::from(b'A' + number).to_string(),
            _ => format!("#{}", u32::from(number) + 1),
        }
    }
}

/// A server that is to be started: its environment beside `LISTEN_ADDR`.
#[derive(Debug)]
#[must_use]
pub(crate) struct Setup<'s> {
    fixture: &'s Fixture<'s>,
    variables: Vec<(String, String)>,
}

impl<'s> Setup<'s> {
    /// Sets a variable, also one that was set before.
    pub(crate) fn set(mut self, name: &str, value: impl Display) -> Self {
        self.variables.retain(|(set, _)| set != name);
        self.variables.push((name.to_owned(), value.to_string()));
        self
    }

    /// Starts it, and waits until it listens.
    pub(crate) fn start(self) -> Result<Served<'s>, Stop> {
        let program = environment::program(self.fixture.trial);
        let program =
            self.variables.into_iter().fold(program, |program, (name, value)| program.env(&name, value));
        let server = program.serve()?;
        let number = self.fixture.servers.get() + 1;
        self.fixture.servers.set(number);
        self.fixture.transcript.note(&format!("server {number} listens at {}", server.address()));
        Ok(Served::new(self.fixture, server))
    }
}
