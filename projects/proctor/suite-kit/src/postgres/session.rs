//! The administrative connection: a thread owns it, and executes one statement after the other.

use std::sync::mpsc as blocking;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

use super::{Address, ScratchError};
use crate::timeouts::POSTGRES_TIMEOUT;

type Answer = Result<Option<String>, ScratchError>;

/// A statement, and where its answer goes.
struct Statement {
    text: String,
    answer: blocking::Sender<Answer>,
}

/// The handle of the thread. Dropped, it closes the connection and waits for the thread.
#[derive(Debug)]
pub(super) struct Session {
    statements: Option<mpsc::UnboundedSender<Statement>>,
    thread: Option<JoinHandle<()>>,
}

impl Session {
    /// Connects.
    pub(super) fn open(address: &Address) -> Result<Self, ScratchError> {
        let config: Config = address.url().parse().map_err(ScratchError::Connect)?;
        if config.get_ssl_mode() == SslMode::Require {
            return Err(ScratchError::TlsDemanded);
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(ScratchError::Thread)?;
        let (statements, received) = mpsc::unbounded_channel();
        let (opened, outcome) = blocking::channel();
        let timeout = address.timeout();
        let thread = thread::Builder::new()
            .name("scratch-postgres".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    match connect(&config, timeout).await {
                        Ok(client) => {
                            opened.send(Ok(())).ok();
                            serve(client, received).await;
                        }
                        Err(error) => drop(opened.send(Err(error))),
                    }
                });
            })
            .map_err(ScratchError::Thread)?;
        let session = Self { statements: Some(statements), thread: Some(thread) };
        outcome.recv().expect("the thread reports whether it has connected")?;
        Ok(session)
    }

    /// Executes a statement, and gives the first value of its first row.
    pub(super) fn ask(&self, text: String) -> Answer {
        let (answer, answered) = blocking::channel();
        let statements = self.statements.as_ref().expect("the session is open until it is dropped");
        // The thread answers every statement, and ends only with the sender.
        drop(statements.send(Statement { text, answer }));
        answered.recv().expect("the thread answers every statement")
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.statements = None;
        drop(self.thread.take().map(JoinHandle::join));
    }
}

async fn connect(config: &Config, timeout: Duration) -> Result<Client, ScratchError> {
    match tokio::time::timeout(timeout, config.connect(NoTls)).await {
        Ok(Ok((client, connection))) => {
            // It ends with the client; the next statement reports what broke it.
            tokio::spawn(connection);
            Ok(client)
        }
        Ok(Err(error)) => Err(ScratchError::Connect(error)),
        Err(_) => Err(ScratchError::Silent { seconds: timeout.as_secs() }),
    }
}

async fn serve(client: Client, mut statements: mpsc::UnboundedReceiver<Statement>) {
    while let Some(Statement { text, answer }) = statements.recv().await {
        let executed = tokio::time::timeout(POSTGRES_TIMEOUT, client.simple_query(&text)).await;
        let outcome = match executed {
            Ok(Ok(messages)) => Ok(messages.into_iter().find_map(first_value)),
            Ok(Err(source)) => Err(ScratchError::Statement { statement: text, source }),
            Err(_) => Err(ScratchError::Silent { seconds: POSTGRES_TIMEOUT.as_secs() }),
        };
        answer.send(outcome).ok();
    }
}

fn first_value(message: SimpleQueryMessage) -> Option<String> {
    match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_demands_tls_is_told_so() {
        let opened = Session::open(&Address::named("postgres://me@127.0.0.1:1/mine?sslmode=require"));
        assert!(matches!(opened, Err(ScratchError::TlsDemanded)), "{opened:?}");
    }

    #[test]
    fn a_server_that_does_not_listen_is_a_failed_connection() {
        let opened = Session::open(&Address::named("postgres://me@127.0.0.1:1/mine"));
        assert!(matches!(opened, Err(ScratchError::Connect(_))), "{opened:?}");
    }
}
