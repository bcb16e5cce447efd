//! The pool over the queue in memory, with models that do what a test needs.

use std::collections::HashSet;
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, mpsc};

use super::*;
use crate::conversation::{Conversation, Event, Opening, Queue};
use crate::memory::{Load, Memory, MemoryConversation, Settings};
use crate::model::Ask;

/// A model that reports each call and answers it when the test asks for it; "panic" makes it panic.
struct Held {
    calls: mpsc::UnboundedSender<Call>,
    answers: Semaphore,
    /// Given while the model may be asked.
    open: tokio::sync::watch::Sender<bool>,
    revoked: Notify,
}

#[derive(Debug)]
enum Call {
    Asked(Ask),
    Dropped,
}

impl Model for Held {
    type Permit = ();

    async fn permit(&self) {
        self.open.subscribe().wait_for(|open| *open).await.unwrap();
    }

    async fn revoked(&self, (): &()) {
        self.revoked.notified().await;
    }

    async fn answer(&self, (): (), ask: Ask) -> Result<String, GaveUp> {
        struct Guard<'a>(&'a mpsc::UnboundedSender<Call>, bool);
        impl Drop for Guard<'_> {
            fn drop(&mut self) {
                if !self.1 {
                    self.0.send(Call::Dropped).unwrap();
                }
            }
        }
        let sentence = ask.sentence.clone();
        self.calls.send(Call::Asked(ask)).unwrap();
        let mut guard = Guard(&self.calls, sentence == "panic");
        assert_ne!(sentence, "panic", "as it was told");
        self.answers.acquire().await.unwrap().forget();
        guard.1 = true;
        Ok(sentence.to_uppercase())
    }
}

struct Stage {
    queue: Memory,
    model: Arc<Held>,
    calls: mpsc::UnboundedReceiver<Call>,
    pool: Pool,
}

fn stage(workers: usize) -> Stage {
    let queue = Memory::new(Settings { capacity: 100, answered: true });
    let (sender, calls) = mpsc::unbounded_channel();
    let open = tokio::sync::watch::Sender::new(true);
    let model = Held { calls: sender, answers: Semaphore::new(0), open, revoked: Notify::new() };
    let model = Arc::new(model);
    let pool = Pool::start(&queue, &model, workers);
    Stage { queue, model, calls, pool }
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(5), what).await.expect("it happens within five seconds")
}

impl Stage {
    async fn open(&self) -> MemoryConversation {
        self.queue.open(Opening::default()).await.unwrap()
    }

    async fn asked(&mut self) -> Ask {
        match soon(self.calls.recv()).await {
            Some(Call::Asked(ask)) => ask,
            other => panic!("a call was expected, not {other:?}"),
        }
    }

    async fn until(&self, load: Load) {
        soon(async {
            while self.queue.load() != load {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

async fn event(conversation: &mut MemoryConversation) -> Event {
    soon(std::future::poll_fn(|cx| conversation.poll_event(cx))).await.unwrap()
}

#[tokio::test]
async fn as_many_sentences_are_answered_at_once_as_there_are_workers() {
    let mut stage = stage(3);
    let mut conversation = stage.open().await;
    for number in 1..=5 {
        conversation.push([(number, number.to_string())]);
    }
    let ids: HashSet<_> = [stage.asked().await.id, stage.asked().await.id, stage.asked().await.id].into();
    assert_eq!(ids.len(), 3);
    assert_eq!(stage.queue.load(), Load { waiting: 2, taken: 3, conversations: 1 });
    stage.model.answers.add_permits(1);
    stage.asked().await;
    assert_eq!(stage.queue.load(), Load { waiting: 1, taken: 3, conversations: 1 });
}

#[tokio::test]
async fn a_call_whose_client_has_gone_is_aborted_and_its_worker_goes_on() {
    let mut stage = stage(1);
    let mut gone = stage.open().await;
    gone.push([(1, "a".to_owned())]);
    stage.asked().await;
    drop(gone);
    assert!(matches!(soon(stage.calls.recv()).await, Some(Call::Dropped)));
    let mut other = stage.open().await;
    other.push([(1, "b".to_owned())]);
    assert_eq!(stage.asked().await.sentence, "b");
}

#[tokio::test]
async fn a_panic_fails_its_sentence_and_its_worker_goes_on() {
    let stage = stage(1);
    let mut conversation = stage.open().await;
    conversation.push([(1, "panic".to_owned())]);
    conversation.push([(2, "b".to_owned())]);
    assert_eq!(event(&mut conversation).await, Event::Enqueued);
    assert_eq!(event(&mut conversation).await, Event::Enqueued);
    let result = Err("an internal error".to_owned());
    assert_eq!(event(&mut conversation).await, Event::Answer { number: 1, result });
    stage.model.answers.add_permits(1);
    assert_eq!(event(&mut conversation).await, Event::Answer { number: 2, result: Ok("B".to_owned()) });
}

#[tokio::test]
async fn takes_nothing_while_the_model_may_not_be_asked() {
    let mut stage = stage(2);
    // The workers have a permit, and wait for a sentence: the permit is withdrawn.
    tokio::task::yield_now().await;
    stage.model.open.send_replace(false);
    stage.model.revoked.notify_waiters();
    let mut conversation = stage.open().await;
    conversation.push([(1, "a".to_owned())]);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(stage.queue.load(), Load { waiting: 1, taken: 0, conversations: 1 });
    stage.model.open.send_replace(true);
    assert_eq!(stage.asked().await.sentence, "a");
}

#[tokio::test]
async fn a_drained_pool_answers_what_it_has_in_hand_and_takes_no_more() {
    let mut stage = stage(1);
    let mut conversation = stage.open().await;
    conversation.push([(1, "a".to_owned())]);
    conversation.push([(2, "b".to_owned())]);
    stage.asked().await;
    stage.model.answers.add_permits(5);
    soon(stage.pool.drain()).await;
    assert_eq!(stage.queue.load(), Load { waiting: 1, taken: 0, conversations: 1 });
    assert_eq!(event(&mut conversation).await, Event::Enqueued);
    assert_eq!(event(&mut conversation).await, Event::Enqueued);
    assert_eq!(event(&mut conversation).await, Event::Answer { number: 1, result: Ok("A".to_owned()) });
}

#[tokio::test]
async fn what_a_dropped_pool_had_in_hand_goes_to_the_next() {
    let mut stage = stage(1);
    let mut conversation = stage.open().await;
    conversation.push([(1, "a".to_owned())]);
    conversation.push([(2, "b".to_owned())]);
    let id = stage.asked().await.id;
    stage.pool = Pool::start(&stage.queue, &stage.model, 0);
    stage.until(Load { waiting: 2, taken: 0, conversations: 1 }).await;
    assert!(matches!(soon(stage.calls.recv()).await, Some(Call::Dropped)));
    stage.pool = Pool::start(&stage.queue, &stage.model, 1);
    assert_eq!(stage.asked().await, Ask { id, sentence: "a".to_owned() });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_conversations_get_all_their_answers_in_order() {
    let stage = stage(16);
    stage.model.answers.add_permits(10_000);
    let failed = Arc::new(Mutex::new(Vec::new()));
    let sessions = (0..1000).map(|session| {
        let (queue, failed) = (stage.queue.clone(), Arc::clone(&failed));
        tokio::spawn(async move {
            let mut conversation = queue.open(Opening::default()).await.unwrap();
            let mut answered = 0;
            for number in 1..=5 {
                // A full queue is asked again: each sentence is admitted in the end.
                loop {
                    conversation.push([(number, format!("s{session}-{number}"))]);
                    if event(&mut conversation).await == Event::Enqueued {
                        break;
                    }
                    tokio::task::yield_now().await;
                }
                if session % 10 == 0 {
                    return;
                }
                let result = Ok(format!("S{session}-{number}"));
                if event(&mut conversation).await != (Event::Answer { number, result }) {
                    failed.lock().unwrap().push((session, number));
                }
                answered += 1;
            }
            assert_eq!(answered, 5);
        })
    });
    for session in sessions.collect::<Vec<_>>() {
        tokio::time::timeout(Duration::from_secs(60), session).await.unwrap().unwrap();
    }
    assert!(failed.lock().unwrap().is_empty());
    stage.until(Load::default()).await;
}
