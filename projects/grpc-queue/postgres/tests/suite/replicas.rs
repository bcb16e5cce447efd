//! Programs that share a queue, and one that dies or sleeps.

use std::time::Duration;

use grpc_queue::{Event, Job};
use grpc_queue_postgres::Settings;
use tokio::time::timeout;

use crate::world::{
    Client, TEST_TIMEOUT, answer, complete, settings, take, take_nothing, take_this, until, with_world,
};

fn short_lease(capacity: u32) -> Settings {
    Settings { lease: Duration::from_millis(400), ..settings(capacity) }
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_sentence_of_one_is_answered_by_a_worker_of_another_on_its_own_stream() {
    with_world(async |world| {
        let (here, there) = (world.replica(settings(9)).await, world.replica(settings(9)).await);
        let mut client = Client::open(&here).await;
        let mut other = Client::open(&there).await;
        client.say("a").await;
        client.say("b").await;
        let a = take_this(&there, "a").await;
        let b = take_this(&here, "b").await;
        complete(b, "B").await;
        client.expect_nothing().await;
        complete(a, "A").await;
        client.expect_answers(&[(1, "A"), (2, "B")]).await;
        other.expect_nothing().await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn the_capacity_holds_for_all_together() {
    with_world(async |world| {
        let (here, there) = (world.replica(settings(3)).await, world.replica(settings(3)).await);
        let (mut client, mut other) = (Client::open(&here).await, Client::open(&there).await);
        for _ in 0..20 {
            client.push("x");
            other.push("y");
        }
        let mut enqueued = 0;
        for _ in 0..20 {
            enqueued += u32::from(client.event().await == Event::Enqueued);
            enqueued += u32::from(other.event().await == Event::Enqueued);
        }
        assert_eq!(enqueued, 3);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_client_that_vanishes_cancels_its_calls_everywhere() {
    with_world(async |world| {
        let (here, there) = (world.replica(settings(3)).await, world.replica(settings(3)).await);
        let mut client = Client::open(&here).await;
        client.say("a").await;
        let mut job = take(&there).await;
        drop(client);
        timeout(Duration::from_secs(1), job.cancelled()).await.expect("not cancelled");
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_worker_that_sleeps_loses_its_sentence_and_its_answer_counts_for_nothing() {
    with_world(async |world| {
        let here = world.replica(short_lease(3)).await;
        let sleeper = world.process(short_lease(3));
        let mut client = Client::open(&here).await;
        client.say("a").await;
        let mut late = sleeper.run(async |queue| take(&queue).await).await;
        let wake = sleeper.sleep();
        let job = take_this(&here, "a").await;
        drop(wake);
        timeout(TEST_TIMEOUT, late.cancelled()).await.expect("not cancelled");
        sleeper.run(async |_| complete(late, "late").await).await;
        client.expect_nothing().await;
        complete(job, "in time").await;
        assert_eq!(client.event().await, answer(1, "in time"));
        client.finish();
        assert_eq!(client.event().await, Event::Done);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_program_that_sleeps_keeps_its_streams() {
    with_world(async |world| {
        let here = world.replica(short_lease(3)).await;
        let sleeper = world.process(Settings { lease: Duration::from_secs(1), ..settings(3) });
        let mut client = sleeper.run(async |queue| Client::open(&queue).await).await;
        world.until_listening(2).await;
        client.say("a").await;
        let late = sleeper.run(async |queue| take(&queue).await).await;
        let wake = sleeper.sleep();
        complete(take_this(&here, "a").await, "in time").await;
        drop(wake);
        sleeper.run(async |_| complete(late, "late").await).await;
        assert_eq!(client.event().await, answer(1, "in time"));
        client.expect_nothing().await;
        assert_eq!(client.say("b").await, Event::Enqueued);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_program_that_dies_frees_its_places_and_gives_up_its_sentences() {
    with_world(async |world| {
        let here = world.replica(short_lease(2)).await;
        let dying = world.process(short_lease(2));
        let mut client = Client::open(&here).await;
        client.say("mine").await;
        let job = dying.run(async |queue| take(&queue).await).await;
        let mut gone = dying.run(async |queue| Client::open(&queue).await).await;
        assert_eq!(gone.say("x").await, Event::Enqueued);
        assert_eq!(gone.say("x").await, Event::Enqueued);
        assert_eq!(client.say("no room").await, Event::Full);
        drop(dying);
        drop((gone, job));
        let left = "SELECT count(*) FROM replicas";
        until("it is declared gone", async || world.number(left).await == 1).await;
        assert_eq!(client.say("room").await, Event::Enqueued);
        complete(take_this(&here, "mine").await, "A").await;
        complete(take_this(&here, "room").await, "B").await;
        client.expect_answers(&[(1, "A"), (3, "B")]).await;
        take_nothing(&here).await;
        assert_eq!(world.number("SELECT waiting FROM queue").await, 0);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn what_a_program_that_leaves_has_taken_goes_to_another_at_once() {
    with_world(async |world| {
        let (here, leaving) = (world.replica(settings(3)).await, world.replica(settings(3)).await);
        let mut client = Client::open(&here).await;
        client.say("a").await;
        let job = take(&leaving).await;
        timeout(TEST_TIMEOUT, leaving.leave()).await.unwrap();
        let again = timeout(Duration::from_secs(3), take_this(&here, "a")).await.expect("not at once");
        complete(again, "A").await;
        assert_eq!(client.event().await, answer(1, "A"));
        drop(job);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_program_that_was_declared_gone_joins_again() {
    with_world(async |world| {
        let queue = world.replica(short_lease(3)).await;
        let mut client = Client::open(&queue).await;
        client.say("a").await;
        sqlx::query("SELECT leave(1)").execute(&world.pool).await.unwrap();
        assert!(client.try_event().await.is_err());
        until("it joins again", async || world.number("SELECT count(*) FROM replicas").await == 1).await;
        let mut client = Client::open(&queue).await;
        assert_eq!(client.say("b").await, Event::Enqueued);
        complete(take_this(&queue, "b").await, "B").await;
        assert_eq!(client.event().await, answer(1, "B"));
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn without_notifications_everything_goes_on() {
    with_world(async |world| {
        let (here, there) = (world.replica(settings(9)).await, world.replica(settings(9)).await);
        let silence = "CREATE OR REPLACE FUNCTION notify_work(known_to bigint) RETURNS void LANGUAGE sql AS 'SELECT'; \
            CREATE OR REPLACE FUNCTION notify_replicas(told bigint[]) RETURNS void LANGUAGE sql AS 'SELECT'";
        sqlx::raw_sql(silence).execute(&world.pool).await.unwrap();
        let mut client = Client::open(&here).await;
        client.say("a").await;
        let mut job = take_this(&there, "a").await;
        client.say("b").await;
        complete(take_this(&there, "b").await, "B").await;
        drop(client);
        timeout(TEST_TIMEOUT, job.cancelled()).await.expect("not cancelled");
    })
    .await;
}
