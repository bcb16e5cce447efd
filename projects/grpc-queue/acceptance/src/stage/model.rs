//! The model's API as a check scripts it, with every call noted in the transcript.

use std::io;
use std::time::Duration;

use fake_openai::{Call, FakeOpenAi, Reply};
use proctor_harness::Stop;

use super::{PATIENCE, Served, Setup, Stage};

/// A model that does as its check says. Dropped, it closes its port.
#[derive(Debug)]
pub(crate) struct Model<'s> {
    stage: &'s Stage<'s>,
    fake_openai: FakeOpenAi,
}

impl Stage<'_> {
    /// A model that does this about each call. What it does is called while nothing else of the model goes on.
    ///
    /// # Errors
    ///
    /// [`Stop::Skipped`] where the machine has no port or thread to spare.
    pub(crate) fn model(
        &self,
        mut script: impl FnMut(&Call) -> Reply + Send + 'static,
    ) -> Result<Model<'_>, Stop> {
        let transcript = self.transcript().clone();
        let script = move |call: &Call| {
            transcript.note(&format!("the model ← {:?}", call.sentence().unwrap_or("no sentence")));
            script(call)
        };
        let started = FakeOpenAi::start(script);
        let fake_openai = started.map_err(|error: io::Error| {
            Stop::Skipped(format!("the fake of the model can't be started: {error}"))
        })?;
        Ok(Model { stage: self, fake_openai })
    }

    /// A model that lets every call wait until the check releases it.
    pub(crate) fn model_that_waits(&self) -> Result<Model<'_>, Stop> {
        self.model(|_| Reply::held())
    }

    /// A model that answers every sentence at once, with [`answer_to`].
    pub(crate) fn model_that_answers(&self) -> Result<Model<'_>, Stop> {
        self.model(|call| Reply::answer(answer_to(call.sentence().unwrap_or_default())))
    }
}

impl Setup<'_> {
    /// Lets the server ask this model, each sentence once, with no breaker that could open: what comes of failures is
    /// level 5's, whose checks set these variables again.
    pub(crate) fn with(self, model: &Model<'_>) -> Self {
        self.set("OPENAI_BASE_URL", model.fake_openai.base_url())
            .set("OPENAI_API_KEY", "sk-the-suites-own")
            .set("RETRY_ATTEMPTS", 1)
            .set("BREAKER_FAILURES", 1000)
    }
}

impl Model<'_> {
    /// Every call so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.fake_openai.calls()
    }

    /// Waits until the calls are as they have to be: `expected` says how.
    pub(crate) fn expect(
        &self,
        served: &Served<'_>,
        expected: &str,
        wanted: impl FnMut(&[Call]) -> bool,
    ) -> Result<Vec<Call>, Stop> {
        self.expect_within(PATIENCE, served, expected, wanted)
    }

    /// As [`expect`](Self::expect), with this patience.
    pub(crate) fn expect_within(
        &self,
        within: Duration,
        served: &Served<'_>,
        expected: &str,
        wanted: impl FnMut(&[Call]) -> bool,
    ) -> Result<Vec<Call>, Stop> {
        self.fake_openai.wait_for(within, wanted).map_err(|overdue| {
            let open = overdue.calls.iter().filter(|call| call.is_open()).count();
            let count = overdue.calls.len();
            let mut actual = format!("after {} s: {count} calls, {open} of them open", within.as_secs_f64());
            if let Some(stray) = self.fake_openai.strays().last() {
                actual.push_str(&format!("; and a request for {stray}"));
            }
            served.failure(expected, actual)
        })
    }

    /// Waits so long whether this comes about: what must not, or what needn't.
    pub(crate) fn comes_about(&self, within: Duration, wanted: impl FnMut(&[Call]) -> bool) -> bool {
        self.fake_openai.wait_for(within, wanted).is_ok()
    }

    /// Waits until this sentence is asked, and gives the latest call for it.
    pub(crate) fn asked(&self, served: &Served<'_>, sentence: &str) -> Result<Call, Stop> {
        let calls = self.expect(served, &format!("a call of the model for {sentence:?}"), |calls| {
            calls.iter().any(|call| call.sentence() == Some(sentence))
        })?;
        let call = calls.into_iter().rfind(|call| call.sentence() == Some(sentence));
        Ok(call.expect("it was just seen"))
    }

    /// Answers a call that waits, with [`answer_to`] its sentence.
    pub(crate) fn answers(&self, call: &Call) {
        let answer = answer_to(call.sentence().unwrap_or_default());
        self.stage.transcript().note(&format!("the model → {answer:?}"));
        // A client that has gone wants no answer.
        call.release(Reply::answer(answer));
    }

    /// Lets a call that waits have this reply.
    pub(crate) fn replies(&self, call: &Call, what: &str, reply: Reply) {
        self.stage.transcript().note(&format!("the model → {what}"));
        call.release(reply);
    }
}

/// What a model says of a sentence: each has an answer of its own.
pub(crate) fn answer_to(sentence: &str) -> String {
    format!("Why do you say: {sentence}?")
}
