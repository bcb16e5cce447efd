//! Scripts of a model that fails: what it does stands in the transcript, and its attempts are found by their sentence.

use std::fmt::Display;
use std::time::Duration;

use fake_openai::{Call, Reply};
use proctor_harness::Stop;

use super::{Model, PATIENCE, Served, Stage, answer_to};

/// What a model does about a call, with the words for it.
#[derive(Clone, Debug)]
pub(crate) struct Does {
    what: String,
    reply: Reply,
}

impl Does {
    pub(crate) fn new(what: impl Into<String>, reply: Reply) -> Self {
        Self { what: what.into(), reply }
    }

    /// It answers, with [`answer_to`] the sentence.
    pub(crate) fn answer(call: &Call) -> Self {
        let answer = answer_to(call.sentence().unwrap_or_default());
        Self::new(format!("{answer:?}"), Reply::answer(answer))
    }

    /// It says no, with this status.
    pub(crate) fn status(status: u16) -> Self {
        Self::new(status.to_string(), Reply::status(status))
    }

    /// It lets the call wait until the check releases it.
    pub(crate) fn held() -> Self {
        Self::new("nothing yet", Reply::held())
    }

    /// With this header.
    pub(crate) fn with(self, name: &'static str, value: impl Display) -> Self {
        let what = format!("{}, {name}: {value}", self.what);
        Self { what, reply: self.reply.header(name, value) }
    }
}

impl Stage<'_> {
    /// A model that does this about each call, and says so in the transcript.
    ///
    /// # Errors
    ///
    /// [`Stop::Skipped`] where the machine has no port or thread to spare.
    pub(crate) fn model_that(
        &self,
        mut script: impl FnMut(&Call) -> Does + Send + 'static,
    ) -> Result<Model<'_>, Stop> {
        let transcript = self.transcript().clone();
        self.model(move |call| {
            let Does { what, reply } = script(call);
            transcript.note(&format!("the model → {what}"));
            reply
        })
    }
}

impl Model<'_> {
    /// All attempts at a sentence so far, in the order in which they came.
    pub(crate) fn attempts(&self, sentence: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.sentence() == Some(sentence)).collect()
    }

    /// Waits until there were so many attempts at a sentence, and gives all of them.
    pub(crate) fn attempted(
        &self,
        served: &Served<'_>,
        sentence: &str,
        count: usize,
    ) -> Result<Vec<Call>, Stop> {
        self.attempted_within(PATIENCE, served, sentence, count)
    }

    /// As [`attempted`](Self::attempted), with this patience.
    pub(crate) fn attempted_within(
        &self,
        within: Duration,
        served: &Served<'_>,
        sentence: &str,
        count: usize,
    ) -> Result<Vec<Call>, Stop> {
        let of_it = |call: &&Call| call.sentence() == Some(sentence);
        let expected = format!("attempt {count} for {sentence:?}");
        self.expect_within(within, served, &expected, |calls| calls.iter().filter(of_it).count() >= count)?;
        Ok(self.attempts(sentence))
    }

    /// Lets a call that waits have this.
    pub(crate) fn does(&self, call: &Call, does: Does) {
        self.replies(call, &does.what, does.reply);
    }
}
