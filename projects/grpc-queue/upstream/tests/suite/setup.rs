//! A model and its client, for these tests.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use fake_openai::{Call, FakeOpenAi, Reply};
use grpc_queue::{Ask, GaveUp, Model};
use grpc_queue_upstream::{Config, Upstream};
use tokio::task::JoinHandle;

/// Longer than anything here takes on a busy machine.
pub(crate) const TEST_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

pub(crate) fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

/// Short waits, and a breaker that stays out of the way.
pub(crate) fn config(api: &FakeOpenAi) -> Config {
    let mut config = Config::new(api.base_url().parse().unwrap());
    config.retry_base = ms(20);
    config.timeout = TEST_TIMEOUT;
    config.breaker_failures = number(1000);
    config
}

pub(crate) struct Setup {
    pub(crate) api: FakeOpenAi,
    pub(crate) model: Arc<Upstream>,
}

/// A scripted model, and a client with a changed configuration.
pub(crate) fn setup(
    script: impl FnMut(&Call) -> Reply + Send + 'static,
    change: impl FnOnce(&mut Config),
) -> Setup {
    let api = FakeOpenAi::start(script).unwrap();
    let mut config = config(&api);
    change(&mut config);
    let model = Arc::new(Upstream::new(config, ()).unwrap());
    Setup { api, model }
}

impl Setup {
    /// Takes a permit and asks, as a worker does. The sentence is its own id.
    pub(crate) async fn ask(&self, sentence: &str) -> Result<String, GaveUp> {
        ask(&self.model, sentence).await
    }

    /// The same in a task; aborting it is what a vanished client does.
    pub(crate) fn spawn(&self, sentence: &str) -> JoinHandle<Result<String, GaveUp>> {
        let (model, sentence) = (Arc::clone(&self.model), sentence.to_owned());
        tokio::spawn(async move { ask(&model, &sentence).await })
    }

    /// Why the model gave up on a sentence.
    pub(crate) async fn refusal(&self, sentence: &str) -> String {
        self.ask(sentence).await.unwrap_err().reason
    }
}

/// Takes a permit and asks.
pub(crate) async fn ask(model: &Upstream, sentence: &str) -> Result<String, GaveUp> {
    let permit = model.permit().await;
    let ask = Ask { id: format!("id-of-{}", sentence.len()), sentence: sentence.to_owned() };
    model.answer(permit, ask).await
}

/// The times between the arrivals of calls.
pub(crate) fn gaps(calls: &[Call]) -> Vec<Duration> {
    calls.windows(2).map(|pair| pair[1].arrived.duration_since(pair[0].arrived)).collect()
}
