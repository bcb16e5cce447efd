//! Sessions over the queue in memory, without a transport.

use std::future::poll_fn;
use std::sync::Mutex;

use futures_util::StreamExt;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::*;
use crate::conversation::{Opening, Queue};
use crate::memory::{Memory, MemoryConversation, MemoryJob, Settings};
use crate::model::{GaveUp, Job, Source};

/// What the client sends: a sentence, or how its half breaks off.
type Said = Result<String, &'static str>;

/// The client's half as a stream.
struct Client(UnboundedReceiver<Said>);

impl Stream for Client {
    type Item = Said;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Said>> {
        self.0.poll_recv(cx)
    }
}

/// A session and both its ends.
struct Stage {
    queue: Memory,
    drain: Drain,
    client: Option<UnboundedSender<Said>>,
    session: Session<MemoryConversation, Client, &'static str>,
}

async fn stage(settings: Settings, limits: Limits) -> Stage {
    let queue = Memory::new(settings);
    let drain = Drain::new();
    let conversation = queue.open(Opening::default()).await.unwrap();
    let (client, sentences) = unbounded_channel();
    let session = Session::new(conversation, Client(sentences), limits, drain.clone(), Arc::new(()));
    Stage { queue, drain, client: Some(client), session }
}

const THREE: Settings = Settings { capacity: 3, answered: true };

impl Stage {
    fn say(&self, sentence: &str) {
        self.client.as_ref().unwrap().send(Ok(sentence.to_owned())).unwrap();
    }

    fn end(&mut self) {
        self.client = None;
    }

    async fn next(&mut self) -> Option<Result<Reply, StreamError<&'static str>>> {
        self.session.next().await
    }

    async fn reply(&mut self) -> Reply {
        self.next().await.unwrap().unwrap()
    }

    /// Whether it has nothing to say at the moment.
    async fn is_silent(&mut self) -> bool {
        poll_fn(|cx| Poll::Ready(Pin::new(&mut self.session).poll_next(cx).is_pending())).await
    }

    /// Takes the next sentence of the queue, which has one.
    async fn take(&self) -> MemoryJob {
        tokio::time::timeout(Duration::from_secs(1), self.queue.take()).await.expect("a sentence waits")
    }
}

fn answer(number: u32, text: &str) -> Reply {
    Reply::Answer { number, text: text.to_owned() }
}

#[tokio::test]
async fn acknowledges_each_sentence_in_order_and_says_when_the_queue_is_full() {
    let mut stage = stage(THREE, Limits::default()).await;
    for sentence in ["a", "b", "c", "d"] {
        stage.say(sentence);
    }
    for _ in 0..3 {
        assert_eq!(stage.reply().await, Reply::Enqueued);
    }
    assert_eq!(stage.reply().await, Reply::Full);
    assert!(stage.is_silent().await);
}

#[tokio::test]
async fn sends_answers_in_order_with_the_numbers_of_their_sentences() {
    let mut stage = stage(THREE, Limits::default()).await;
    for sentence in ["a", " ", "c"] {
        stage.say(sentence);
    }
    let refused = Reply::Refused { number: 2, reason: "the sentence is empty".into() };
    assert_eq!(
        [stage.reply().await, stage.reply().await, stage.reply().await],
        [Reply::Enqueued, refused, Reply::Enqueued]
    );
    let (first, third) = (stage.take().await, stage.take().await);
    assert_eq!((&*first.ask().sentence, &*third.ask().sentence), ("a", "c"));
    third.complete(Err(GaveUp { reason: "no".to_owned() })).await;
    assert!(stage.is_silent().await);
    first.complete(Ok("A".to_owned())).await;
    assert_eq!(stage.reply().await, answer(1, "A"));
    assert_eq!(stage.reply().await, Reply::Failed { number: 3, reason: "no".to_owned() });
}

#[tokio::test]
async fn refuses_a_sentence_of_a_byte_too_many() {
    let limits = Limits { sentence_bytes: 4, ..Limits::default() };
    let mut stage = stage(THREE, limits).await;
    stage.say("\u{e4}\u{f6}");
    stage.say("\u{e4}\u{f6}!");
    assert_eq!(stage.reply().await, Reply::Enqueued);
    let reason = "the sentence has 5 bytes, more than 4".into();
    assert_eq!(stage.reply().await, Reply::Refused { number: 2, reason });
}

#[tokio::test]
async fn ends_after_the_last_answer_that_is_owed() {
    let mut stage = stage(THREE, Limits::default()).await;
    stage.say("a");
    stage.end();
    assert_eq!(stage.reply().await, Reply::Enqueued);
    assert!(stage.is_silent().await);
    stage.take().await.complete(Ok("A".to_owned())).await;
    assert_eq!(stage.reply().await, answer(1, "A"));
    assert_eq!(stage.next().await, None);
    assert_eq!(stage.queue.load().conversations, 0);
}

#[tokio::test]
async fn owes_nothing_where_nobody_takes_sentences() {
    let mut stage = stage(Settings { answered: false, ..THREE }, Limits::default()).await;
    stage.say("a");
    stage.end();
    assert_eq!(stage.reply().await, Reply::Enqueued);
    assert_eq!(stage.next().await, None);
    assert_eq!(stage.queue.load().waiting, 0);
}

#[tokio::test]
async fn a_client_that_vanishes_frees_its_places_and_aborts_its_calls() {
    let mut stage = stage(THREE, Limits::default()).await;
    stage.say("a");
    stage.say("b");
    assert_eq!([stage.reply().await, stage.reply().await], [Reply::Enqueued, Reply::Enqueued]);
    let mut job = stage.take().await;
    drop(stage.session);
    tokio::time::timeout(Duration::from_secs(1), job.cancelled()).await.expect("the job hears of it");
    drop(job);
    assert_eq!(stage.queue.load(), crate::memory::Load::default());
}

#[tokio::test]
async fn a_half_that_breaks_off_ends_the_conversation() {
    let mut stage = stage(THREE, Limits::default()).await;
    stage.say("a");
    assert_eq!(stage.reply().await, Reply::Enqueued);
    stage.client.as_ref().unwrap().send(Err("reset")).unwrap();
    assert_eq!(stage.next().await, Some(Err(StreamError::Inbound("reset"))));
    assert_eq!(stage.queue.load().waiting, 0);
}

#[tokio::test]
async fn ends_a_stream_that_sends_too_fast() {
    let limits = Limits { sentences_per_second: 2, ..Limits::default() };
    let mut stage = stage(THREE, limits).await;
    for sentence in ["a", "b", "c"] {
        stage.say(sentence);
    }
    assert_eq!([stage.reply().await, stage.reply().await], [Reply::Enqueued, Reply::Enqueued]);
    assert_eq!(stage.next().await, Some(Err(StreamError::TooFast { per_second: 2 })));
}

#[tokio::test(start_paused = true)]
async fn ends_a_silent_stream_that_is_owed_nothing() {
    let idle = Duration::from_secs(10);
    let mut stage = stage(THREE, Limits { idle, ..Limits::default() }).await;
    stage.say("a");
    assert_eq!(stage.reply().await, Reply::Enqueued);
    // An answer is pending: it may take its time.
    assert!(tokio::time::timeout(idle * 5, stage.next()).await.is_err());
    stage.take().await.complete(Ok("A".to_owned())).await;
    let answered = Instant::now();
    assert_eq!(stage.reply().await, answer(1, "A"));
    assert_eq!(stage.next().await, Some(Err(StreamError::Idle { after: idle })));
    // The clock of tests moves in steps of a millisecond.
    assert!((idle..idle + Duration::from_millis(5)).contains(&answered.elapsed()));
}

#[tokio::test]
async fn a_shutdown_refuses_new_sentences_and_sends_what_is_owed() {
    let mut stage = stage(THREE, Limits::default()).await;
    stage.say("a");
    assert_eq!(stage.reply().await, Reply::Enqueued);
    assert!(stage.is_silent().await);
    stage.drain.begin();
    stage.say("b");
    let reason = "the service is shutting down".into();
    assert_eq!(stage.reply().await, Reply::Refused { number: 2, reason });
    assert!(stage.is_silent().await);
    stage.take().await.complete(Ok("A".to_owned())).await;
    assert_eq!(stage.reply().await, answer(1, "A"));
    assert_eq!(stage.next().await, Some(Err(StreamError::Queue(QueueError::Stopped))));
    assert_eq!(stage.next().await, None);
}

#[tokio::test]
async fn a_shutdown_wakes_a_stream_that_is_owed_nothing() {
    let mut stage = stage(THREE, Limits::default()).await;
    let drain = stage.drain.clone();
    let both = async { tokio::join!(stage.next(), async { drain.begin() }).0 };
    let ended = tokio::time::timeout(Duration::from_secs(1), both).await.expect("the stream ends");
    assert_eq!(ended, Some(Err(StreamError::Queue(QueueError::Stopped))));
}

#[tokio::test]
async fn a_client_that_has_ended_is_not_told_to_go() {
    let mut stage = stage(THREE, Limits::default()).await;
    stage.drain.begin();
    stage.end();
    assert_eq!(stage.next().await, None);
}

#[tokio::test]
async fn a_stopped_queue_cuts_what_is_owed() {
    let mut stage = stage(THREE, Limits::default()).await;
    stage.say("a");
    assert_eq!(stage.reply().await, Reply::Enqueued);
    assert_eq!(stage.queue.stop(), 1);
    assert_eq!(stage.next().await, Some(Err(StreamError::Queue(QueueError::Stopped))));
}

/// A conversation whose admissions come when the test asks for them, late as those of a database.
struct Slow {
    pushed: Arc<Mutex<Vec<u32>>>,
    passed: Arc<Mutex<Vec<u32>>>,
    owes: bool,
    events: UnboundedReceiver<Event>,
}

impl Conversation for Slow {
    fn numbered(&self) -> u32 {
        41
    }

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    fn push(&mut self, sentences: impl IntoIterator<Item = (u32, String)>) {
        self.pushed.lock().unwrap().extend(sentences.into_iter().map(|(number, _)| number));
    }

    fn pass(&mut self, number: u32) {
        self.passed.lock().unwrap().push(number);
    }

    fn finish(&mut self) {}

    fn owes(&self) -> bool {
        self.owes
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Result<Event, QueueError>> {
        self.events.poll_recv(cx).map(|event| Ok(event.unwrap_or(Event::Done)))
    }
}

#[tokio::test]
async fn a_refusal_waits_for_the_acknowledgements_before_it() {
    let pushed = Arc::new(Mutex::new(Vec::new()));
    let (queue, events) = unbounded_channel();
    let passed = Arc::new(Mutex::new(Vec::new()));
    let conversation = Slow { pushed: Arc::clone(&pushed), passed: Arc::clone(&passed), owes: false, events };
    let (client, sentences) = unbounded_channel();
    let mut session =
        Session::new(conversation, Client(sentences), Limits::default(), Drain::new(), Arc::new(()));
    for sentence in ["a", "", "c"] {
        client.send(Ok::<_, &str>(sentence.to_owned())).unwrap();
    }
    let silent = poll_fn(|cx| Poll::Ready(Pin::new(&mut session).poll_next(cx).is_pending())).await;
    assert!(silent, "nothing is known of the first sentence yet");
    assert_eq!(*pushed.lock().unwrap(), [42, 44], "the second isn't pushed, and numbers go on");
    assert_eq!(*passed.lock().unwrap(), [43], "its number is used up all the same");
    queue.send(Event::Full).unwrap();
    queue.send(Event::Enqueued).unwrap();
    let refused = Reply::Refused { number: 43, reason: "the sentence is empty".into() };
    for expected in [Reply::Full, refused, Reply::Enqueued] {
        assert_eq!(session.next().await, Some(Ok(expected)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_owed_answers_of_an_earlier_one_is_not_idle() {
    let idle = Duration::from_secs(10);
    for owes in [true, false] {
        let (_queue, events) = unbounded_channel();
        let conversation = Slow { pushed: Arc::default(), passed: Arc::default(), owes, events };
        let (_client, sentences) = unbounded_channel();
        let limits = Limits { idle, ..Limits::default() };
        let mut session = Session::new(conversation, Client(sentences), limits, Drain::new(), Arc::new(()));
        let next = tokio::time::timeout(idle * 5, session.next()).await;
        assert_eq!(next.is_err(), owes, "{next:?}");
    }
}
