//! Sentences a second through the queue in Postgres, from the sentence to its answer on the stream.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use fake_openai::{FakeOpenAi, Reply};
use futures_util::future::try_join_all;
use grpc_queue_proto::prost::QueueConversationRequest;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::Size;
use crate::program::{Programs, Server};
use crate::report::{Aim, median};
use crate::talk::{Talk, connect};

/// Number of streams that push at once.
const STREAMS: usize = 50;

/// A database of its own on the server that `DATABASE_URL` names.
#[derive(Debug)]
pub(crate) struct Database {
    server: String,
    name: String,
}

impl Database {
    /// Makes it; none where the variable isn't set.
    pub(crate) async fn make() -> Result<Option<Self>> {
        let Ok(server) = std::env::var("DATABASE_URL") else { return Ok(None) };
        let name = format!("grpc_queue_bench_{}_{}", std::process::id(), fastrand::u32(..));
        let database = Self { server, name };
        database.say(&format!("CREATE DATABASE {}", database.name)).await?;
        Ok(Some(database))
    }

    /// Its address.
    pub(crate) fn url(&self) -> Result<String> {
        let (server, _) = self.server.rsplit_once('/').context("DATABASE_URL names no database")?;
        Ok(format!("{server}/{}", self.name))
    }

    /// Removes it.
    pub(crate) async fn drop(self) -> Result<()> {
        self.say(&format!("DROP DATABASE {} WITH (FORCE)", self.name)).await
    }

    async fn say(&self, words: &str) -> Result<()> {
        let mut connection =
            PgConnection::connect(&self.server).await.context("failed to reach DATABASE_URL")?;
        // The name is made of letters and digits, by us.
        sqlx::raw_sql(AssertSqlSafe(words.to_owned())).execute(&mut connection).await?;
        Ok(())
    }
}

pub(crate) async fn run(programs: &Programs, size: Size, out: &mut impl Write) -> Result<()> {
    let Some(database) = Database::make().await? else {
        writeln!(out, "not measured: DATABASE_URL is not set (docker compose up -d --wait postgres)")?;
        return Ok(());
    };
    let measured = measure(programs, size, &database.url()?).await;
    database.drop().await?;
    let rate = median(measured?);
    writeln!(out, "from {STREAMS} streams, 64 workers: {rate:.0} sentences/s\n")?;
    Aim::at_least("the queue in Postgres answers … sentences/s", rate, 2000.0).tell(out)
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people")]
async fn measure(programs: &Programs, size: Size, url: &str) -> Result<Vec<f64>> {
    let model =
        FakeOpenAi::builder().unrecorded().start(|_| Reply::answer("How long have you been happy?"))?;
    let base = model.base_url();
    let env = [
        ("QUEUE_URL", url),
        ("OPENAI_BASE_URL", &base),
        ("OPENAI_API_KEY", "bench"),
        ("WORKERS", "64"),
        ("QUEUE_CAPACITY", "1000000"),
        ("SENTENCES_PER_SECOND", "0"),
    ];
    let server = Server::start(&programs.ours, &["serve"], &env)?;
    let sentences = size.streams / STREAMS;
    let mut rates = Vec::new();
    for _ in 0..size.rounds {
        let channel = connect(server.address).await?;
        let mut talks = Vec::new();
        for _ in 0..STREAMS {
            talks.push(Talk::open(&channel, &[]).await?);
        }
        let began = Instant::now();
        let each = talks.into_iter().map(|talk| tokio::spawn(converse(talk, sentences)));
        for done in try_join_all(each).await? {
            done?;
        }
        rates.push((sentences * STREAMS) as f64 / began.elapsed().as_secs_f64());
    }
    Ok(rates)
}

/// Pushes this number of sentences, and takes as many acknowledgements and answers, in order.
async fn converse(talk: Talk, sentences: usize) -> Result<()> {
    let (outgoing, mut incoming) = talk.split();
    let pushing = tokio::spawn(async move {
        for _ in 0..sentences {
            let request = QueueConversationRequest { sentence: "I feel happy.".to_owned() };
            if outgoing.send(request).await.is_err() {
                // The other half reports why.
                return;
            }
        }
    });
    let (mut acknowledged, mut answered) = (0, 0);
    while let Some(message) = tokio::time::timeout(Duration::from_secs(60), incoming.message()).await?? {
        if message.in_reply_to == 0 {
            ensure!(message.sentence == "enqueued", "expected \"enqueued\", got {:?}", message.sentence);
            acknowledged += 1;
        } else {
            answered += 1;
            let number = usize::try_from(message.in_reply_to)?;
            ensure!(!message.failed && number == answered, "expected answer {answered}, got {message:?}");
        }
    }
    pushing.await?;
    ensure!((acknowledged, answered) == (sentences, sentences), "{answered} of {sentences} answered");
    Ok(())
}
