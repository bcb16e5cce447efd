//! A database for each test, replicas on it, clients and workers of them.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::task::Poll;
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::FutureExt;
use grpc_queue::{Ask, Conversation, Event, GaveUp, Job, OpenError, Opening, Queue, QueueError, Source};
use grpc_queue_postgres::{Address, Postgres, PostgresConversation, PostgresJob, Settings};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Executor};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout};

/// Whatever takes longer doesn't come.
pub(crate) const TEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Something that shouldn't come is waited for this long.
pub(crate) const A_WHILE: Duration = Duration::from_millis(300);

/// A database of a test's own.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) address: Address,
    /// Sessions of the test's own, in the queue's schema.
    pub(crate) pool: PgPool,
    admin: PgPool,
    name: String,
}

/// Runs a test with a database of its own, which is dropped however the test ends.
pub(crate) async fn with_world(test: impl AsyncFnOnce(World)) {
    // Shown where a test fails.
    drop(tracing_subscriber::fmt().with_test_writer().with_max_level(tracing::Level::ERROR).try_init());
    let given = std::env::var("DATABASE_URL")
        .expect("DATABASE_URL says which Postgres; `make verify LANES=services` starts one");
    let name = format!("grpc_queue_{}", uuid::Uuid::new_v4().simple());
    let admin = PgPoolOptions::new().connect(&given).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let (server, _) = given.rsplit_once('/').unwrap();
    let url = format!("{server}/{name}");
    let pool = PgPoolOptions::new().connect_lazy_with(
        url.parse::<sqlx::postgres::PgConnectOptions>().unwrap().options([("search_path", "grpc_queue")]),
    );
    let world = World { address: url.parse().unwrap(), pool, admin, name };
    let outcome = AssertUnwindSafe(test(world.clone())).catch_unwind().await;
    world.pool.close().await;
    let dropped = format!("DROP DATABASE {} WITH (FORCE)", world.name);
    world.admin.execute(AssertSqlSafe(dropped)).await.unwrap();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

pub(crate) fn settings(capacity: u32) -> Settings {
    Settings { capacity, ..Settings::default() }
}

impl World {
    /// Another program.
    pub(crate) async fn replica(&self, settings: Settings) -> Postgres {
        Postgres::connect(&self.address, settings).await.unwrap()
    }

    /// What a query on the queue's tables says.
    pub(crate) async fn number(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.pool).await.unwrap()
    }

    /// Another program in a runtime of its own, which can be stopped and killed.
    pub(crate) fn process(&self, settings: Settings) -> Process {
        Process::start(self.address.clone(), settings)
    }

    /// Nothing is left of anybody.
    pub(crate) async fn expect_empty(&self) {
        for table in ["replicas", "conversations", "sentences", "mail", "queue WHERE waiting > 0"] {
            let left = sqlx::query_scalar::<_, i64>(AssertSqlSafe(format!("SELECT count(*) FROM {table}")));
            assert_eq!(left.fetch_one(&self.pool).await.unwrap(), 0, "{table}");
        }
    }

    /// What is counted is what is there.
    pub(crate) async fn expect_consistent(&self) {
        let wrong = "SELECT count(*) FROM (\
                SELECT q.waiting, (SELECT count(*) FROM sentences s WHERE s.state = 'waiting') FROM queue q \
                UNION ALL SELECT c.waiting, (SELECT count(*) FROM sentences s \
                    WHERE s.conversation = c.id AND s.state = 'waiting') FROM conversations c\
            ) AS counts (counted, there) WHERE counted <> there";
        assert_eq!(self.number(wrong).await, 0);
    }

    /// Waits until this number of replicas is listening: from then on their database sessions exist.
    pub(crate) async fn until_listening(&self, replicas: i64) {
        let listening = "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database \
            WHERE locktype = 'advisory' AND classid = 7453002 AND datname = current_database()";
        until("they listen", async || self.number(listening).await == replicas).await;
    }

    /// Whether connections to the database are allowed.
    pub(crate) async fn allow(&self, connections: bool) {
        let allow = format!("ALTER DATABASE {} ALLOW_CONNECTIONS {connections}", self.name);
        self.admin.execute(AssertSqlSafe(allow)).await.unwrap();
    }

    /// Whether the database takes writes, from new connections on.
    pub(crate) async fn read_only(&self, read_only: bool) {
        let set = format!("ALTER DATABASE {} SET default_transaction_read_only = {read_only}", self.name);
        self.admin.execute(AssertSqlSafe(set)).await.unwrap();
    }

    /// Cuts all connections of replicas, and returns how many there were.
    pub(crate) async fn cut(&self) -> i64 {
        let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
            WHERE datname = $1 AND application_name = 'grpc-queue'";
        sqlx::query_scalar(cut).bind(&self.name).fetch_one(&self.admin).await.unwrap()
    }
}

type Errand = Box<dyn FnOnce(Postgres) + Send>;

/// A program in a runtime of its own: dropped, it is killed.
pub(crate) struct Process {
    errands: Option<mpsc::UnboundedSender<Errand>>,
    thread: Option<JoinHandle<()>>,
}

impl Process {
    fn start(address: Address, settings: Settings) -> Self {
        let (errands, mut received) = mpsc::unbounded_channel::<Errand>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let queue = Postgres::connect(&address, settings).await.unwrap();
                while let Some(errand) = received.recv().await {
                    errand(queue.clone());
                }
            });
        });
        Self { errands: Some(errands), thread: Some(thread) }
    }

    fn send(&self, errand: Errand) {
        assert!(self.errands.as_ref().unwrap().send(errand).is_ok(), "the process has ended");
    }

    /// Runs something in it.
    pub(crate) async fn run<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
        &self,
        errand: impl FnOnce(Postgres) -> F + Send + 'static,
    ) -> T {
        let (done, outcome) = oneshot::channel();
        self.send(Box::new(|queue| {
            tokio::spawn(async move { drop(done.send(errand(queue).await)) });
        }));
        timeout(TEST_TIMEOUT, outcome).await.expect("too slow").expect("an errand that succeeds")
    }

    pub(crate) async fn client(&self, key: &'static str, received: Option<u32>) -> Client {
        self.run(async move |queue| Client::with_key(&queue, key, received).await).await
    }

    /// Stops everything in it until what this gives is dropped.
    pub(crate) fn sleep(&self) -> std::sync::mpsc::Sender<()> {
        let (wake, woken) = std::sync::mpsc::channel();
        let (asleep, sleeps) = std::sync::mpsc::channel();
        self.send(Box::new(move |_| {
            asleep.send(()).unwrap();
            assert!(woken.recv().is_err(), "woken by a drop");
        }));
        sleeps.recv().unwrap();
        wake
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.errands = None;
        drop(self.thread.take().map(JoinHandle::join));
    }
}

/// A client with a stream.
pub(crate) struct Client {
    conversation: PostgresConversation,
    number: u32,
}

impl Client {
    pub(crate) async fn try_open(queue: &Postgres, opening: Opening) -> Result<Self, OpenError> {
        let conversation = timeout(TEST_TIMEOUT, queue.open(opening)).await.unwrap()?;
        let number = conversation.numbered();
        Ok(Self { conversation, number })
    }

    pub(crate) async fn open(queue: &Postgres) -> Self {
        Self::try_open(queue, Opening::default()).await.unwrap()
    }

    pub(crate) async fn with_key(queue: &Postgres, key: &str, received: Option<u32>) -> Self {
        Self::try_open(queue, Opening { key: Some(key.to_owned()), received }).await.unwrap()
    }

    /// The number of the last sentence.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    pub(crate) fn push(&mut self, sentence: &str) {
        self.number += 1;
        self.conversation.push([(self.number, sentence.to_owned())]);
    }

    pub(crate) fn pass(&mut self) {
        self.number += 1;
        self.conversation.pass(self.number);
    }

    /// Pushes when there is room for more on the way.
    pub(crate) async fn push_when_ready(&mut self, sentence: &str) {
        poll_fn(|cx| self.conversation.poll_ready(cx)).await;
        self.push(sentence);
    }

    /// An event that comes before there is room for another push, whose turn it is otherwise.
    pub(crate) async fn event_before_room(&mut self) -> Option<Event> {
        let next = poll_fn(|cx| match self.conversation.poll_ready(cx) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending => self.conversation.poll_event(cx).map(|event| Some(event.unwrap())),
        });
        timeout(TEST_TIMEOUT, next).await.expect("neither room nor an event")
    }

    pub(crate) fn finish(&mut self) {
        self.conversation.finish();
    }

    pub(crate) async fn try_event(&mut self) -> Result<Event, QueueError> {
        timeout(TEST_TIMEOUT, poll_fn(|cx| self.conversation.poll_event(cx))).await.expect("no event")
    }

    pub(crate) async fn event(&mut self) -> Event {
        self.try_event().await.unwrap()
    }

    /// Pushes and waits for the admission.
    pub(crate) async fn say(&mut self, sentence: &str) -> Event {
        self.push(sentence);
        self.event().await
    }

    /// The next events are these answers.
    #[track_caller]
    pub(crate) fn expect_answers(&mut self, answers: &[(u32, &str)]) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            for (number, text) in answers {
                assert_eq!(self.event().await, answer(*number, text), "{caller}");
            }
        }
    }

    /// For a while, no event comes.
    pub(crate) async fn expect_nothing(&mut self) {
        let event = timeout(A_WHILE, poll_fn(|cx| self.conversation.poll_event(cx))).await;
        assert!(event.is_err(), "{event:?}");
    }
}

pub(crate) fn answer(number: u32, text: &str) -> Event {
    Event::Answer { number, result: Ok(text.to_owned()) }
}

/// A worker takes the next sentence.
pub(crate) async fn take(queue: &Postgres) -> PostgresJob {
    timeout(TEST_TIMEOUT, queue.take()).await.expect("nothing to take")
}

/// For a while, there is nothing to take.
pub(crate) async fn take_nothing(queue: &Postgres) {
    let taken = timeout(A_WHILE, queue.take()).await;
    assert!(taken.is_err(), "{taken:?}");
}

/// A worker takes the next sentence, which is this one.
pub(crate) async fn take_this(queue: &Postgres, sentence: &str) -> PostgresJob {
    let job = take(queue).await;
    assert_eq!(job.ask().sentence, sentence);
    job
}

pub(crate) async fn complete(job: PostgresJob, text: &str) {
    timeout(TEST_TIMEOUT, job.complete(Ok(text.to_owned()))).await.expect("not kept");
}

/// Answers everything with the sentence in brackets, until it is dropped.
pub(crate) fn workers(queue: &Postgres, count: usize) -> grpc_queue::Pool {
    grpc_queue::Pool::start(queue, &Arc::new(Brackets), count)
}

struct Brackets;

impl grpc_queue::Model for Brackets {
    type Permit = ();

    async fn permit(&self) {}

    async fn revoked(&self, (): &()) {
        std::future::pending().await
    }

    async fn answer(&self, (): (), ask: Ask) -> Result<String, GaveUp> {
        Ok(format!("[{}]", ask.sentence))
    }
}

/// Polls until it holds.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < TEST_TIMEOUT, "not in time: {what}");
        sleep(Duration::from_millis(10)).await;
    }
}
