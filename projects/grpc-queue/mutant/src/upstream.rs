//! One call of the model's API: what is sent, and what is made of the reply.

mod breaker;
mod hints;
mod limiter;
mod retry;

use std::io::Write as _;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use bytes::Bytes;
use grpc_queue_acceptance::mutants::Defect;
use http::{HeaderMap, StatusCode};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use self::breaker::Breaker;
use self::limiter::Limiter;
use crate::Wrong;
use crate::settings::Policy;

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
    policy: Policy,
    limiter: Limiter,
    breaker: Breaker,
    /// How many sentences were asked: only the mutant that numbers them looks at it.
    asked: AtomicU64,
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
    headers: Box<HeaderMap>,
    body: Bytes,
    reason: String,
}

impl Failed {
    fn because(reason: &str) -> Self {
        Self { status: None, headers: Box::default(), body: Bytes::new(), reason: reason.to_owned() }
    }
}

impl Upstream {
    pub(crate) fn new(api: Api, policy: Policy, wrong: Wrong) -> Self {
        let client = Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .build()
            .expect("nothing of the machine's is asked for");
        let limiter = Limiter::new(policy.per_minute, wrong);
        let breaker = Breaker::new(policy.failures, policy.open, wrong);
        Self { client, api, policy, limiter, breaker, asked: AtomicU64::new(0), wrong }
    }

    /// Waits until a sentence may be taken: not while the breaker is open.
    pub(crate) async fn admits(&self) {
        if !self.wrong.is(Defect::TakesWhileOpen) {
            self.breaker.admits(false).await;
        }
    }

    /// Waits until none may be taken any more.
    pub(crate) async fn shuts(&self) {
        if self.wrong.any(&[Defect::TakesWhileOpen, Defect::IdleWorkersTake]) {
            std::future::pending::<()>().await;
        }
        self.breaker.shuts().await;
    }

    fn refused(&self, failed: Failed) -> Refused {
        let mut reason = failed.reason;
        if self.wrong.is(Defect::KeyInFailures) {
            reason = format!("{reason}: {}", String::from_utf8_lossy(&failed.body));
        }
        Refused { reason, status: failed.status.map(|status| status.as_u16()) }
    }

    /// One call, which ends in time. Dropped, it is aborted.
    async fn attempt(&self, sentence: &str, key: &str) -> Result<String, Failed> {
        if self.wrong.is(Defect::NoTimeout) {
            return self.call(sentence, key).await;
        }
        let timeout = match self.api.timeout {
            half if self.wrong.is(Defect::HalfTheTimeout) => half / 2,
            whole => whole,
        };
        let late = || Failed::because("the model didn't answer in time");
        if self.wrong.is(Defect::TimeoutForTheHead) {
            let reply =
                tokio::time::timeout(timeout, self.send(sentence, key)).await.map_err(|_| late())??;
            return self.outcome(reply).await;
        }
        let mut call = Box::pin(self.call(sentence, key));
        let answered = tokio::time::timeout(timeout, &mut call).await;
        if answered.is_err() && self.wrong.is(Defect::LateCallRunsOn) {
            std::mem::forget(call);
        }
        answered.unwrap_or_else(|_| Err(late()))
    }

    async fn call(&self, sentence: &str, key: &str) -> Result<String, Failed> {
        let reply = self.send(sentence, key).await?;
        self.outcome(reply).await
    }

    async fn send(&self, sentence: &str, key: &str) -> Result<Response, Failed> {
        let mut request = self.request(sentence);
        if !self.wrong.is(Defect::SendsNoIdempotencyKey) {
            request = request.header("idempotency-key", key);
        }
        request.send().await.map_err(|_| Failed::because("the model can't be reached"))
    }

    async fn outcome(&self, reply: Response) -> Result<String, Failed> {
        let (status, headers) = (reply.status(), reply.headers().clone());
        if let Some(time) = hints::closed_for(&headers, self.wrong) {
            self.limiter.close(time);
        }
        let body = reply.bytes().await.map_err(|_| Failed::because("the model's reply was cut off"));
        if !status.is_success() {
            let reason = format!("the model refused with status {}", status.as_u16());
            return Err(Failed {
                status: Some(status),
                headers: Box::new(headers),
                body: body.unwrap_or_default(),
                reason,
            });
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
