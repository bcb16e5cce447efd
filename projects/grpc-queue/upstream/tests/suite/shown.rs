//! What an observer receives, and what stays secret.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake_openai::{Call, FakeOpenAi, Reply, in_turn};
use grpc_queue::{Ask, Model};
use grpc_queue_upstream::{ApiKey, BreakerState, Observer, Outcome, Upstream};

use crate::setup::{config, number};

#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn note(&self, what: String) {
        self.0.lock().expect("no observer panics").push(what);
    }
}

impl Observer for Heard {
    fn attempt(&self, outcome: Outcome, _: Duration) {
        self.note(outcome.label().to_owned());
    }

    fn admitted(&self, _: Duration) {
        self.note("admitted".to_owned());
    }

    fn retry(&self, _: Duration) {
        self.note("retry".to_owned());
    }

    fn breaker(&self, state: BreakerState) {
        self.note(format!("{state:?}"));
    }
}

#[tokio::test]
async fn an_observer_hears_of_each_attempt_and_of_the_breaker() {
    let api = FakeOpenAi::start(in_turn([Reply::status(500), Reply::answer("a")])).unwrap();
    let mut config = config(&api);
    config.breaker_failures = number(1);
    config.breaker_open = Duration::from_millis(10);
    let heard = Heard::default();
    let model = Upstream::new(config, heard.clone()).unwrap();
    let ask = Ask { id: "1".to_owned(), sentence: "a".to_owned() };
    model.answer(model.permit().await, ask).await.unwrap();
    let heard = heard.0.lock().unwrap().clone();
    let expected =
        ["Closed", "admitted", "Open", "server_error", "retry", "HalfOpen", "admitted", "Closed", "answered"];
    assert_eq!(heard, expected);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no writer panics").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_key_stands_neither_in_the_log_nor_in_a_reason() {
    const KEY: &str = "sk-very-secret";
    // The body has the key, too, as the code of the error.
    let echo = |status| move |_: &Call| Reply::error(status, KEY).header("x-key", format!("Bearer {KEY}"));
    // For the whole program: a subscriber of this thread alone may miss events that another thread met first.
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();
    for status in [400, 401, 429, 500] {
        let api = FakeOpenAi::start(echo(status)).unwrap();
        let mut config = config(&api);
        config.key = Some(ApiKey::new(KEY).unwrap());
        let model = Upstream::new(config.clone(), ()).unwrap();
        let ask = Ask { id: "1".to_owned(), sentence: "a".to_owned() };
        let gave_up = model.answer(model.permit().await, ask).await.unwrap_err();
        assert_eq!(api.calls()[0].bearer(), Some(KEY));
        assert!(!format!("{gave_up:?} {model:?} {config:?}").contains(KEY));
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("RefusedForGood(401)"), "{log}");
    assert!(!log.contains(KEY), "{log}");
}
