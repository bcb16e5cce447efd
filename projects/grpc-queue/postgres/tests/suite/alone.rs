//! One replica does what the queue in memory does.

use grpc_queue::{Event, GaveUp, Job, OpenError, Opening, Queue, QueueError};
use tokio::time::timeout;

use crate::world::{
    Client, TEST_TIMEOUT, answer, complete, settings, take, take_nothing, take_this, until, with_world,
};

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_sentence_is_admitted_taken_and_answered() {
    with_world(async |world| {
        let queue = world.replica(settings(3)).await;
        let mut client = Client::open(&queue).await;
        // The character 0 is a character like any other.
        assert_eq!(client.say("hello \0 there").await, Event::Enqueued);
        complete(take_this(&queue, "hello \0 there").await, "hi \0").await;
        assert_eq!(client.event().await, answer(1, "hi \0"));
        client.finish();
        assert_eq!(client.event().await, Event::Done);
        drop(client);
        queue.leave().await;
        world.expect_empty().await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn so_many_wait_and_no_more() {
    with_world(async |world| {
        let queue = world.replica(settings(3)).await;
        let mut client = Client::open(&queue).await;
        let mut other = Client::open(&queue).await;
        for _ in 0..5 {
            client.push("one of five");
        }
        for expected in [Event::Enqueued, Event::Enqueued, Event::Enqueued, Event::Full, Event::Full] {
            assert_eq!(client.event().await, expected);
        }
        assert_eq!(other.say("no room").await, Event::Full);
        // One that is taken waits no longer; one that comes back does.
        let job = take(&queue).await;
        assert_eq!(other.say("room").await, Event::Enqueued);
        assert_eq!(other.say("no room").await, Event::Full);
        drop(job);
        until("it waits again", async || world.number("SELECT waiting FROM queue").await == 4).await;
        take_this(&queue, "one of five").await;
        assert_eq!(other.say("no room").await, Event::Full);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn answers_come_in_the_order_of_sentences() {
    with_world(async |world| {
        let queue = world.replica(settings(9)).await;
        let mut client = Client::open(&queue).await;
        for sentence in ["a", "b", "c"] {
            assert_eq!(client.say(sentence).await, Event::Enqueued);
        }
        let (a, b, c) = (take(&queue).await, take(&queue).await, take(&queue).await);
        complete(c, "C").await;
        b.complete(Err(GaveUp { reason: "B is too hard".to_owned() })).await;
        client.expect_nothing().await;
        complete(a, "A").await;
        assert_eq!(client.event().await, answer(1, "A"));
        let failed = Event::Answer { number: 2, result: Err("B is too hard".to_owned()) };
        assert_eq!(client.event().await, failed);
        assert_eq!(client.event().await, answer(3, "C"));
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn conversations_are_served_in_turn() {
    with_world(async |world| {
        let queue = world.replica(settings(9)).await;
        let mut long = Client::open(&queue).await;
        for sentence in ["a1", "a2", "a3"] {
            long.say(sentence).await;
        }
        let mut short = Client::open(&queue).await;
        short.say("b1").await;
        long.say("a4").await;
        take_this(&queue, "a1").await;
        // It went back as it was dropped, to the front.
        until("it waits again", async || world.number("SELECT waiting FROM queue").await == 5).await;
        let mut jobs = Vec::new();
        for sentence in ["a1", "b1", "a2", "a3", "a4"] {
            jobs.push(take_this(&queue, sentence).await);
        }
        short.say("b2").await;
        long.say("a5").await;
        for sentence in ["b2", "a5"] {
            jobs.push(take_this(&queue, sentence).await);
        }
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn many_are_taken_at_once_in_the_same_turns() {
    with_world(async |world| {
        let queue = world.replica(settings(99)).await;
        let mut clients = Vec::new();
        for count in [1_u32, 3, 2] {
            let mut client = Client::open(&queue).await;
            for number in 1..=count {
                client.say(&format!("{count}.{number}")).await;
            }
            clients.push(client);
        }
        let taken = "SELECT string_agg(convert_from(sentence, 'UTF8'), ' ') FROM take(1, 5)";
        let taken: String = sqlx::query_scalar(taken).fetch_one(&world.pool).await.unwrap();
        assert_eq!(taken, "1.1 3.1 2.1 3.2 2.2");
        assert_eq!(world.number("SELECT waiting FROM queue").await, 1);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_client_that_vanishes_frees_its_places_and_cancels_its_calls() {
    with_world(async |world| {
        let queue = world.replica(settings(2)).await;
        let mut client = Client::open(&queue).await;
        client.say("taken").await;
        let mut job = take(&queue).await;
        client.say("waits").await;
        client.say("waits").await;
        let mut other = Client::open(&queue).await;
        assert_eq!(other.say("no room").await, Event::Full);
        drop(client);
        timeout(TEST_TIMEOUT, job.cancelled()).await.expect("not cancelled");
        complete(job, "of no use").await;
        until("there is room", async || other.say("room").await == Event::Enqueued).await;
        take_this(&queue, "room").await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_worker_that_goes_away_takes_nothing() {
    with_world(async |world| {
        let queue = world.replica(settings(9)).await;
        take_nothing(&queue).await;
        let mut client = Client::open(&queue).await;
        client.say("a").await;
        take_this(&queue, "a").await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn after_the_close_nothing_is_opened_and_what_was_admitted_is_answered() {
    with_world(async |world| {
        let queue = world.replica(settings(9)).await;
        let mut client = Client::open(&queue).await;
        client.say("a").await;
        client.say("b").await;
        queue.close();
        let opened = Client::try_open(&queue, Opening::default()).await;
        assert_eq!(opened.err(), Some(OpenError::Draining));
        complete(take(&queue).await, "A").await;
        assert_eq!(client.event().await, answer(1, "A"));
        assert_eq!(queue.stop(), 1);
        assert_eq!(client.try_event().await, Err(QueueError::Stopped));
        drop(client);
        queue.leave().await;
        world.expect_empty().await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_reader_that_takes_nothing_leaves_its_answers_in_the_database() {
    with_world(async |world| {
        let queue = world.replica(settings(100)).await;
        let mut client = Client::with_key(&queue, "slow", None).await;
        let pool = crate::world::workers(&queue, 4);
        for _ in 0..100 {
            client.push("x");
        }
        let answered = "SELECT count(*) FROM sentences WHERE state = 'answered'";
        until("all are answered", async || world.number(answered).await == 100).await;
        assert_eq!(world.number("SELECT sent FROM conversations").await, 0);
        let mut answers = 0;
        while answers < 100 {
            if let Event::Answer { number, .. } = client.event().await {
                answers += 1;
                assert_eq!(number, answers);
                let sent = u32::try_from(world.number("SELECT sent FROM conversations").await).unwrap();
                assert!((number..=number + 64).contains(&sent), "{sent} are sent at {number}");
            }
        }
        drop(pool);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_key_that_is_none_is_refused() {
    with_world(async |world| {
        let queue = world.replica(settings(9)).await;
        let opening = Opening { key: Some("two words".to_owned()), received: None };
        assert_eq!(queue.open(opening).await.err(), Some(OpenError::BadKey));
    })
    .await;
}
