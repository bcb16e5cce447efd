//! Calls of one message, and plain HTTP, on a server of the stage.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use proctor_harness::Stop;

use super::{CALL, Line, Served};
use crate::wire::{self, Answered, Ask, Call, Connection, Dialect, ELIZA, Said};

impl Served<'_> {
    /// Calls `Say` on a connection of its own, and gives the sentence that it answers.
    pub(crate) fn say(&self, dialect: Dialect, sentence: &str, compressed: bool) -> Result<String, Stop> {
        let answered = self.call(dialect, "Say", Ask::Sentence(sentence), compressed)?;
        self.sentence(dialect, &answered)
    }

    /// The one message of a call that succeeded.
    pub(crate) fn sentence(&self, dialect: Dialect, answered: &Answered) -> Result<String, Stop> {
        let expected = format!("one message and OK over {dialect}");
        match (&answered.end, answered.messages.as_slice()) {
            (end, [message]) if end.is(wire::Code::OK) => match Said::decoded(dialect.codec, message) {
                Ok(said) if !said.sentence.trim().is_empty() => Ok(said.sentence),
                Ok(said) => Err(self.failure("a sentence that isn't empty", said.to_string())),
                Err(unreadable) => Err(self.failure(expected, unreadable)),
            },
            (end, messages) => {
                let actual = format!("{} messages, and the end: {end}", messages.len());
                Err(self.failure(expected, actual))
            }
        }
    }

    /// Calls a procedure of the Eliza service on a connection of its own.
    pub(crate) fn call(
        &self,
        dialect: Dialect,
        procedure: &str,
        ask: Ask<'_>,
        compressed: bool,
    ) -> Result<Answered, Stop> {
        let path = format!("/{ELIZA}/{procedure}");
        let message = ask.encoded(dialect.codec);
        let gzip = if compressed { ", compressed with gzip" } else { "" };
        self.stage.transcript().note(&format!("→ {procedure} over {dialect}{gzip}: {ask:?}"));
        let line = self.connect(dialect.http)?;
        self.send(&line, &Call { dialect, path: &path, message, compressed })
    }

    /// Makes a call.
    pub(crate) fn send(&self, line: &Line, call: &Call<'_>) -> Result<Answered, Stop> {
        let sent = self.stage.wait(async { tokio::time::timeout(CALL, call.send(&line.connection)).await });
        self.judged(sent.unwrap_or_else(|_| Err(late())))
    }

    /// Whether `Say` is answered on a new connection, within this time.
    pub(crate) fn says_within(&self, within: Duration, sentence: &str) -> bool {
        let path = format!("/{ELIZA}/Say");
        let message = Ask::Sentence(sentence).encoded(Dialect::GRPC.codec);
        let call = Call { dialect: Dialect::GRPC, path: &path, message, compressed: false };
        let address = self.address();
        let asked = self.stage.wait(async {
            tokio::time::timeout(within, async {
                let connection =
                    Connection::open(address, Dialect::GRPC.http).await.map_err(|error| error.to_string())?;
                call.send(&connection).await
            })
            .await
        });
        let answered = asked.is_ok_and(|sent| sent.is_ok_and(|answered| answered.end.is(wire::Code::OK)));
        let what = if answered { "an answer" } else { "no answer" };
        self.stage.transcript().note(&format!("→ Say on a new connection ← {what}"));
        answered
    }

    /// Sends a plain HTTP request.
    pub(crate) fn http(
        &self,
        line: &Line,
        method: Method,
        target: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Answered, Stop> {
        self.stage.transcript().note(&format!("→ {method} {target} {headers:?}, {} bytes", body.len()));
        let sent = wire::plain(&line.connection, method, target, headers, body);
        let sent = self.stage.wait(async { tokio::time::timeout(CALL, sent).await });
        self.judged(sent.unwrap_or_else(|_| Err(late())))
    }

    fn judged(&self, sent: Result<Answered, String>) -> Result<Answered, Stop> {
        let answered = sent.map_err(|broken| self.failure("a response", broken))?;
        let (status, end) = (answered.status, &answered.end);
        let body = String::from_utf8_lossy(&answered.body);
        self.stage.transcript().note(&format!("← HTTP {status}, {end}, {body:?}"));
        Ok(answered)
    }
}

fn late() -> String {
    format!("no response within {} s", CALL.as_secs())
}
