//! One call of the model, and what its outcome means.

use std::error::Error;
use std::time::{Duration, SystemTime};

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, StatusCode, Url};
use tokio::time::{Instant, timeout_at};

use crate::advice::Advice;
use crate::config::Config;
use crate::{events, wire};

/// Longer replies can't be read.
const MAX_REPLY_BYTES: usize = 1 << 20;

/// Timeout for reading the text of a refusal.
const WORDS: Duration = Duration::from_secs(1);

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The model answered.
    Answered,
    /// The connection couldn't be made, or broke.
    Disconnected,
    /// The timeout passed.
    TimedOut,
    /// The reply couldn't be read.
    Unreadable,
    /// The status was 500 or more.
    ServerError(u16),
    /// The status was 408, 409 or 429.
    RefusedForNow(u16),
    /// The status was another one of 400 and more.
    RefusedForGood(u16),
    /// The status was 429, because the account has no quota left.
    QuotaUsedUp,
}

impl Outcome {
    /// Whether it counts as a failure, for the breaker.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Disconnected | Self::TimedOut | Self::Unreadable | Self::ServerError(_))
    }

    /// Whether another attempt may succeed, unless the reply has advice on it.
    pub fn is_passing(self) -> bool {
        self.is_failure() || matches!(self, Self::RefusedForNow(_))
    }

    /// The kind alone, as a label: `answered`, `disconnected`, `timed_out`, `unreadable`, `server_error`,
    /// `refused_for_now`, `refused_for_good`, `quota_used_up`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Disconnected => "disconnected",
            Self::TimedOut => "timed_out",
            Self::Unreadable => "unreadable",
            Self::ServerError(_) => "server_error",
            Self::RefusedForNow(_) => "refused_for_now",
            Self::RefusedForGood(_) => "refused_for_good",
            Self::QuotaUsedUp => "quota_used_up",
        }
    }

    /// Why there is no answer, in words for the client: what the model's API says itself may be about us, or about the
    /// key, and is never passed on.
    pub(crate) fn reason(self) -> String {
        match self {
            Self::Answered => "the model answered".to_owned(),
            Self::Disconnected => "the model can't be reached".to_owned(),
            Self::TimedOut => "the model didn't answer in time".to_owned(),
            Self::Unreadable => "the model's answer can't be read".to_owned(),
            Self::ServerError(status) => format!("the model failed (status {status})"),
            Self::RefusedForNow(status) => format!("the model is too busy (status {status})"),
            Self::RefusedForGood(status @ (401 | 403 | 404)) => {
                format!("the model isn't open to this service (status {status})")
            }
            Self::RefusedForGood(status) => format!("the model refused the sentence (status {status})"),
            Self::QuotaUsedUp => "the model's quota is used up".to_owned(),
        }
    }

    fn of_error(status: StatusCode, body: Option<&[u8]>) -> Self {
        match status.as_u16() {
            429 if body.and_then(wire::error_code).as_deref() == Some("insufficient_quota") => {
                Self::QuotaUsedUp
            }
            status @ (408 | 409 | 429) => Self::RefusedForNow(status),
            status @ 400..500 => Self::RefusedForGood(status),
            status => Self::ServerError(status),
        }
    }
}

/// A reply, or the lack of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) outcome: Outcome,
    /// Empty unless the model answered.
    pub(crate) answer: String,
    pub(crate) advice: Advice,
}

impl Reply {
    fn without_answer(outcome: Outcome, advice: Advice) -> Self {
        Self { outcome, answer: String::new(), advice }
    }

    /// Whether a sentence is tried again: the reply's own word goes before its status.
    pub(crate) fn invites_another(&self) -> bool {
        self.advice.retry.unwrap_or_else(|| self.outcome.is_passing())
    }
}

/// Makes calls. Dropping a call closes its connection or resets its stream, and so aborts it.
#[derive(Debug)]
pub(crate) struct Caller {
    client: Client,
    url: Url,
    headers: HeaderMap,
    model: String,
    system_prompt: Option<String>,
    timeout: Duration,
    stream: bool,
}

impl Caller {
    pub(crate) fn new(config: &Config) -> Result<Self, reqwest::Error> {
        let builder = Client::builder()
            .user_agent(concat!("grpc-queue/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            // Attempts are counted and spaced here, and nowhere else.
            .retry(reqwest::retry::never());
        let builder = if config.base_url.is_loopback() { builder.no_proxy() } else { builder };
        let mut headers = HeaderMap::new();
        if let Some(key) = &config.key {
            headers.insert(AUTHORIZATION, key.authorization());
        }
        Ok(Self {
            client: builder.build()?,
            url: config.base_url.completions(),
            headers,
            model: config.model.clone(),
            system_prompt: config.system_prompt.clone(),
            timeout: config.timeout,
            stream: config.stream,
        })
    }

    /// Makes one call for the sentence. `id` is the same for each attempt at it.
    pub(crate) async fn call(&self, id: &str, sentence: &str) -> Reply {
        let deadline = Instant::now() + self.timeout;
        let response = match timeout_at(deadline, self.send(id, sentence)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                tracing::debug!(error = &error as &dyn Error, "no reply from the model");
                return Reply::without_answer(Outcome::Disconnected, Advice::default());
            }
            Err(_) => return Reply::without_answer(Outcome::TimedOut, Advice::default()),
        };
        let advice = Advice::read(response.headers(), SystemTime::now());
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            // What its head says holds, also when the rest doesn't come.
            let body = timeout_at(deadline.min(Instant::now() + WORDS), body(response)).await;
            let body = body.ok().and_then(Result::ok);
            return Reply::without_answer(Outcome::of_error(status, body.as_deref()), advice);
        }
        let streams = events::are_in(&response);
        let answer = async {
            if streams {
                events::read(response, self.timeout, MAX_REPLY_BYTES).await
            } else {
                whole(response).await
            }
        };
        // A stream that nobody asked for is bounded as any other reply.
        let answer = if streams && self.stream {
            answer.await
        } else {
            timeout_at(deadline, answer).await.unwrap_or(Err(Outcome::TimedOut))
        };
        match answer {
            Ok(answer) => Reply { outcome: Outcome::Answered, answer, advice },
            Err(outcome) => Reply::without_answer(outcome, advice),
        }
    }

    async fn send(&self, id: &str, sentence: &str) -> Result<Response, reqwest::Error> {
        let id = HeaderValue::from_str(id).expect("a sentence's id is visible ASCII");
        let body = wire::Request::new(&self.model, self.system_prompt.as_deref(), sentence, self.stream);
        let request = self.client.post(self.url.clone()).headers(self.headers.clone());
        request.header(IDEMPOTENCY_KEY, id).json(&body).send().await
    }
}

/// The answer of a reply that comes as a whole.
async fn whole(response: Response) -> Result<String, Outcome> {
    let succeeded = response.status().is_success();
    let body = body(response).await?;
    wire::answer(&body).filter(|_| succeeded).ok_or(Outcome::Unreadable)
}

/// The whole body, unless it is too long or the connection breaks.
async fn body(mut response: Response) -> Result<Vec<u8>, Outcome> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_REPLY_BYTES => return Err(Outcome::Unreadable),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(_) => return Err(Outcome::Disconnected),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn means(status: u16, body: &str, expected: Outcome) {
        let outcome = Outcome::of_error(StatusCode::from_u16(status).unwrap(), Some(body.as_bytes()));
        assert_eq!(outcome, expected, "{status} {body}");
    }

    #[test]
    fn tells_refusals_for_now_from_refusals_for_good_and_from_failures() {
        for status in [408, 409, 429] {
            means(status, "{}", Outcome::RefusedForNow(status));
        }
        for status in [400, 401, 403, 404, 405, 410, 413, 418, 422, 451, 499] {
            means(status, "", Outcome::RefusedForGood(status));
        }
        for status in [500, 501, 502, 503, 504, 520, 529, 599] {
            means(status, "", Outcome::ServerError(status));
        }
        means(429, r#"{"error":{"code":"insufficient_quota"}}"#, Outcome::QuotaUsedUp);
        means(429, r#"{"error":{"code":"rate_limit_exceeded"}}"#, Outcome::RefusedForNow(429));
        means(500, r#"{"error":{"code":"insufficient_quota"}}"#, Outcome::ServerError(500));
    }

    /// An outcome, whether it is a failure for the breaker, and whether the sentence is tried again.
    const TABLE: &[(Outcome, bool, bool)] = &[
        (Outcome::Disconnected, true, true),
        (Outcome::TimedOut, true, true),
        (Outcome::Unreadable, true, true),
        (Outcome::ServerError(500), true, true),
        (Outcome::ServerError(503), true, true),
        (Outcome::RefusedForNow(408), false, true),
        (Outcome::RefusedForNow(409), false, true),
        (Outcome::RefusedForNow(429), false, true),
        (Outcome::RefusedForGood(400), false, false),
        (Outcome::RefusedForGood(401), false, false),
        (Outcome::QuotaUsedUp, false, false),
    ];

    #[test]
    fn the_replys_own_word_goes_before_its_status() {
        for &(outcome, failure, again) in TABLE {
            assert_eq!(outcome.is_failure(), failure, "{outcome:?}");
            for (word, expected) in [(None, again), (Some(true), true), (Some(false), false)] {
                let advice = Advice { retry: word, ..Advice::default() };
                let reply = Reply::without_answer(outcome, advice);
                assert_eq!(reply.invites_another(), expected, "{outcome:?} with {word:?}");
            }
        }
    }

    #[test]
    fn reasons_are_fragments_of_a_sentence() {
        for &(outcome, ..) in TABLE {
            let reason = outcome.reason();
            assert!(reason.starts_with("the model"), "{reason}");
            assert!(!reason.ends_with('.'), "{reason}");
        }
    }
}
