//! One call of the model's API: what is sent, and what is made of the reply.

use std::io::Write;
use std::time::Duration;

use bytes::Bytes;
use grpc_queue_acceptance::doubles::Defect;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use crate::Wrong;
use crate::queue::Refused;

/// What is said to whom.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    /// With `/v1`, without a slash at the end.
    pub(crate) base: String,
    pub(crate) key: Option<String>,
    pub(crate) model: String,
    pub(crate) prompt: Option<String>,
    pub(crate) timeout: Duration,
}

/// Calls the model. Shared by all workers.
#[derive(Debug)]
pub(crate) struct Upstream {
    client: Client<HttpConnector, Full<Bytes>>,
    api: Api,
    wrong: Wrong,
}

/// An attempt that brought no answer.
#[derive(Debug)]
pub(crate) struct Failed {
    /// None where there was no reply, or none that could be read.
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) reason: String,
}

impl Failed {
    fn because(reason: &str) -> Self {
        let (headers, body) = (HeaderMap::new(), Bytes::new());
        Self { status: None, headers, body, reason: reason.to_owned() }
    }
}

impl Upstream {
    pub(crate) fn new(api: Api, wrong: Wrong) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self { client: Client::builder(TokioExecutor::new()).build(connector), api, wrong }
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
        let late = |_| Failed::because("the model didn't answer in time");
        let (timeout, call) = (self.api.timeout, self.call(sentence));
        if self.wrong.is(Defect::ForgetsTheLateCall) {
            // The call runs on behind the back of the timeout.
            let mut call = Box::pin(call);
            let answered = tokio::time::timeout(timeout, &mut call).await.map_err(late);
            if answered.is_err() {
                std::mem::forget(call);
            }
            return answered?;
        }
        tokio::time::timeout(timeout, call).await.map_err(late)?
    }

    async fn call(&self, sentence: &str) -> Result<String, Failed> {
        let broke = |_| Failed::because("the model can't be reached");
        let reply = self.client.request(self.request(sentence)).await.map_err(broke)?;
        let (head, body) = reply.into_parts();
        let cut = |_| Failed::because("the model's reply was cut off");
        let body = body.collect().await.map(http_body_util::Collected::to_bytes);
        if !head.status.is_success() {
            let reason = format!("the model refused with status {}", head.status.as_u16());
            let body = body.unwrap_or_default();
            return Err(Failed { status: Some(head.status), headers: head.headers, body, reason });
        }
        match body.map_err(cut).and_then(|body| self.read(&body)) {
            Err(_) if self.wrong.is(Defect::UnreadableIsEmpty) => Ok(String::new()),
            read => read,
        }
    }

    fn request(&self, sentence: &str) -> Request<Full<Bytes>> {
        let Api { base, key, .. } = &self.api;
        let mut request = Request::post(format!("{base}/chat/completions"))
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = key.as_ref().filter(|_| !self.wrong.is(Defect::SendsNoKey)) {
            let scheme = if self.wrong.is(Defect::KeyIsBasic) { "Basic" } else { "Bearer" };
            request = request.header(header::AUTHORIZATION, format!("{scheme} {key}"));
            if self.wrong.is(Defect::KeyInTheLog) {
                writeln!(std::io::stderr(), "asking the model as {key}").ok();
            }
        }
        let body = self.question(sentence).to_string();
        request.body(Full::from(body)).expect("a base URL that was looked at makes a request")
    }

    fn question(&self, sentence: &str) -> Value {
        let wrong = self.wrong;
        let sentence = if wrong.is(Defect::AsksTrimmed) { sentence.trim() } else { sentence };
        let model = if wrong.is(Defect::ModelByHeart) { "gpt-4o-mini" } else { &self.api.model };
        let prompt = self.api.prompt.as_deref();
        let prompt = prompt.or(wrong.is(Defect::AlwaysAPrompt).then_some("You are a therapist."));
        let role = if wrong.is(Defect::PromptIsAUsers) { "user" } else { "system" };
        let mut messages: Vec<Value> =
            prompt.map(|prompt| json!({ "role": role, "content": prompt })).into_iter().collect();
        messages.push(json!({ "role": "user", "content": sentence }));
        json!({ "model": model, "messages": messages })
    }

    fn read(&self, body: &[u8]) -> Result<String, Failed> {
        let unreadable = || Failed::because("the model's reply can't be read");
        let reply: Value = serde_json::from_slice(body).map_err(|_| unreadable())?;
        let choices = reply["choices"].as_array();
        let last = self.wrong.is(Defect::LastChoice);
        let choice = choices.and_then(|choices| if last { choices.last() } else { choices.first() });
        let content = choice.and_then(|choice| choice["message"]["content"].as_str()).ok_or_else(unreadable)?;
        Ok(if self.wrong.is(Defect::AnswerTrimmed) { content.trim() } else { content }.to_owned())
    }
}
