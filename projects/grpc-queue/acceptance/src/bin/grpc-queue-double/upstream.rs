//! One call of the model's API: what is sent, and what is made of the reply.

use std::io::Write as _;
use std::time::Duration;

use bytes::Bytes;
use grpc_queue_acceptance::doubles::Defect;
use http::StatusCode;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::Wrong;

/// What is said to whom.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    /// Without a slash at the end.
    pub(crate) base: String,
    pub(crate) key: Option<String>,
    pub(crate) model: String,
    pub(crate) prompt: Option<String>,
    pub(crate) timeout: Duration,
}

/// Calls the model. Shared by all workers.
#[derive(Debug)]
pub(crate) struct Upstream {
    client: Client,
    api: Api,
    wrong: Wrong,
}

/// The sentence has no answer, and will have none.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) reason: String,
    /// The status with which the model refused, where it said one.
    pub(crate) status: Option<u16>,
}

/// An attempt that brought no answer.
#[derive(Debug)]
struct Failed {
    /// None where there was no reply, or none that could be read.
    status: Option<StatusCode>,
    body: Bytes,
    reason: String,
}

impl Failed {
    fn because(reason: &str) -> Self {
        Self { status: None, body: Bytes::new(), reason: reason.to_owned() }
    }
}

impl Upstream {
    pub(crate) fn new(api: Api, wrong: Wrong) -> Self {
        let client = Client::builder().no_proxy().build().expect("nothing of the machine's is asked for");
        Self { client, api, wrong }
    }

    /// The model's answer to a sentence, or why there is none.
    pub(crate) async fn answer(&self, sentence: &str) -> Result<String, Refused> {
        self.attempt(sentence).await.map_err(|failed| {
            let mut reason = failed.reason;
            if self.wrong.is(Defect::KeyInFailures) {
                reason = format!("{reason}: {}", String::from_utf8_lossy(&failed.body));
            }
            Refused { reason, status: failed.status.map(|status| status.as_u16()) }
        })
    }

    /// One call, which ends in time. Dropped, it is aborted.
    async fn attempt(&self, sentence: &str) -> Result<String, Failed> {
        if self.wrong.is(Defect::NoTimeout) {
            return self.call(sentence).await;
        }
        let timeout = match self.api.timeout {
            half if self.wrong.is(Defect::HalfTheTimeout) => half / 2,
            whole => whole,
        };
        let late = || Failed::because("the model didn't answer in time");
        if self.wrong.is(Defect::TimeoutForTheHead) {
            let reply = tokio::time::timeout(timeout, self.send(sentence)).await.map_err(|_| late())??;
            return self.outcome(reply).await;
        }
        let mut call = Box::pin(self.call(sentence));
        let answered = tokio::time::timeout(timeout, &mut call).await;
        if answered.is_err() && self.wrong.is(Defect::LateCallRunsOn) {
            std::mem::forget(call);
        }
        answered.unwrap_or_else(|_| Err(late()))
    }

    async fn call(&self, sentence: &str) -> Result<String, Failed> {
        let reply = self.send(sentence).await?;
        self.outcome(reply).await
    }

    async fn send(&self, sentence: &str) -> Result<Response, Failed> {
        self.request(sentence).send().await.map_err(|_| Failed::because("the model can't be reached"))
    }

    async fn outcome(&self, reply: Response) -> Result<String, Failed> {
        let status = reply.status();
        let body = reply.bytes().await.map_err(|_| Failed::because("the model's reply was cut off"));
        if !status.is_success() {
            let reason = format!("the model refused with status {}", status.as_u16());
            return Err(Failed { status: Some(status), body: body.unwrap_or_default(), reason });
        }
        match body.and_then(|body| self.read(&body)) {
            Err(_) if self.wrong.is(Defect::UnreadableIsEmpty) => Ok(String::new()),
            read => read,
        }
    }

    fn request(&self, sentence: &str) -> RequestBuilder {
        let Api { base, key, .. } = &self.api;
        let request = self.client.post(format!("{base}/chat/completions")).json(&self.question(sentence));
        let Some(key) = key.as_ref().filter(|_| !self.wrong.is(Defect::SendsNoKey)) else { return request };
        if self.wrong.is(Defect::KeyInTheLog) {
            // A log that can't be written is nobody's loss here.
            writeln!(std::io::stderr(), "asking the model as {key}").ok();
        }
        let scheme = if self.wrong.is(Defect::KeyIsBasic) { "Basic" } else { "Bearer" };
        request.header("authorization", format!("{scheme} {key}"))
    }

    fn question(&self, sentence: &str) -> Value {
        let wrong = self.wrong;
        let sentence = if wrong.is(Defect::AsksTrimmed) { sentence.trim() } else { sentence };
        let model = if wrong.is(Defect::ModelByHeart) { "gpt-4o-mini" } else { &self.api.model };
        let own = wrong.is(Defect::AlwaysAPrompt).then_some("You are a therapist.");
        let role = if wrong.is(Defect::PromptIsAUsers) { "user" } else { "system" };
        let mut messages = Vec::new();
        if let Some(prompt) = self.api.prompt.as_deref().or(own) {
            messages.push(json!({ "role": role, "content": prompt }));
        }
        messages.push(json!({ "role": "user", "content": sentence }));
        json!({ "model": model, "messages": messages })
    }

    fn read(&self, body: &[u8]) -> Result<String, Failed> {
        let unreadable = || Failed::because("the model's reply can't be read");
        let reply: Value = serde_json::from_slice(body).map_err(|_| unreadable())?;
        let choices = reply["choices"].as_array();
        let last = self.wrong.is(Defect::LastChoice);
        let choice = choices.and_then(|choices| if last { choices.last() } else { choices.first() });
        let content =
            choice.and_then(|choice| choice["message"]["content"].as_str()).ok_or_else(unreadable)?;
        Ok(if self.wrong.is(Defect::AnswerTrimmed) { content.trim() } else { content }.to_owned())
    }
}
