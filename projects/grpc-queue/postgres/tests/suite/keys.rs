//! Conversations that outlive their streams and their programs.

use std::time::Duration;

use grpc_queue::{Event, Job, QueueError};
use grpc_queue_postgres::Settings;
use tokio::time::timeout;

use crate::world::{A_WHILE, Client, answer, complete, settings, take, take_this, until, with_world};

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_conversation_goes_on_where_its_last_stream_stopped() {
    with_world(async |world| {
        let queue = world.replica(settings(2)).await;
        let mut client = Client::with_key(&queue, "k", None).await;
        assert_eq!(client.number(), 0);
        client.say("a").await;
        client.say("b").await;
        assert_eq!(client.say("c").await, Event::Full);
        // Refused ones have numbers, too.
        client.pass();
        drop(client);
        let mut client = Client::with_key(&queue, "k", None).await;
        assert_eq!(client.number(), 4);
        complete(take_this(&queue, "a").await, "A").await;
        complete(take_this(&queue, "b").await, "B").await;
        client.expect_answers(&[(1, "A"), (2, "B")]).await;
        assert_eq!(client.say("e").await, Event::Enqueued);
        complete(take_this(&queue, "e").await, "E").await;
        client.expect_answers(&[(5, "E")]).await;
        client.finish();
        assert_eq!(client.event().await, Event::Done);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn what_was_acknowledged_is_answered_though_the_program_was_killed() {
    with_world(async |world| {
        let lease = Duration::from_millis(400);
        let killed = world.process(Settings { lease, ..settings(3) });
        let mut client = killed.client("k", None).await;
        client.say("taken").await;
        let job = killed.run(async |queue| take(&queue).await).await;
        for sentence in ["first", "second", "third"] {
            assert_eq!(client.say(sentence).await, Event::Enqueued);
        }
        assert_eq!(client.say("no room").await, Event::Full);
        drop(killed);
        drop((client, job));
        let queue = world.replica(Settings { lease, ..settings(3) }).await;
        let mut client = Client::with_key(&queue, "k", None).await;
        assert_eq!(client.number(), 5);
        let mut seen = Vec::new();
        for _ in 1..=4 {
            let job = take(&queue).await;
            let sentence = job.ask().sentence;
            complete(job, &sentence).await;
            seen.push(sentence);
        }
        // The one that was taken came back when its lease had run out: to the front, but maybe not as the first.
        seen.sort_unstable();
        assert_eq!(seen, ["first", "second", "taken", "third"]);
        client.expect_answers(&[(1, "taken"), (2, "first"), (3, "second"), (4, "third")]).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn an_answer_that_was_sent_is_sent_again_only_to_who_asks_for_it() {
    with_world(async |world| {
        let queue = world.replica(settings(9)).await;
        let mut client = Client::with_key(&queue, "k", None).await;
        for sentence in ["a", "b", "c"] {
            client.say(sentence).await;
        }
        for sentence in ["a", "b", "c"] {
            complete(take_this(&queue, sentence).await, sentence).await;
        }
        client.expect_answers(&[(1, "a"), (2, "b")]).await;
        drop(client);
        // The third was on its way, at most.
        let mut client = Client::with_key(&queue, "k", None).await;
        client.expect_answers(&[(3, "c")]).await;
        client.expect_nothing().await;
        client.finish();
        assert_eq!(client.event().await, Event::Done);
        drop(client);
        for (received, answers) in
            [(1, &[(2, "b"), (3, "c")][..]), (0, &[(1, "a"), (2, "b"), (3, "c")]), (99, &[])]
        {
            let mut client = Client::with_key(&queue, "k", Some(received)).await;
            client.expect_answers(answers).await;
            client.finish();
            assert_eq!(client.event().await, Event::Done);
        }
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_second_stream_takes_the_conversation_over_here_and_elsewhere() {
    with_world(async |world| {
        let (here, there) = (world.replica(settings(9)).await, world.replica(settings(9)).await);
        let mut first = Client::with_key(&here, "k", None).await;
        first.say("a").await;
        first.say("b").await;
        complete(take_this(&here, "a").await, "A").await;
        first.expect_answers(&[(1, "A")]).await;
        let mut second = Client::with_key(&here, "k", None).await;
        assert_eq!(first.try_event().await, Err(QueueError::TakenOver));
        let mut third = Client::with_key(&there, "k", None).await;
        assert_eq!(second.try_event().await, Err(QueueError::TakenOver));
        assert_eq!(third.number(), 2);
        // What the former streams do counts for nothing.
        first.push("late");
        second.push("late");
        drop((first, second));
        complete(take_this(&here, "b").await, "B").await;
        third.expect_answers(&[(2, "B")]).await;
        assert_eq!(third.say("c").await, Event::Enqueued);
        complete(take_this(&there, "c").await, "C").await;
        third.expect_answers(&[(3, "C")]).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn answers_on_their_way_to_a_stream_go_to_the_one_that_takes_over() {
    with_world(async |world| {
        let queue = world.replica(settings(9)).await;
        let mut first = Client::with_key(&queue, "k", None).await;
        for sentence in ["a", "b", "c"] {
            first.say(sentence).await;
        }
        let (a, b, c) = (take(&queue).await, take(&queue).await, take(&queue).await);
        complete(b, "B").await;
        complete(c, "C").await;
        complete(a, "A").await;
        // All are fetched with the first, and count as sent.
        first.expect_answers(&[(1, "A")]).await;
        until("all are fetched", async || world.number("SELECT sent FROM conversations").await == 3).await;
        let mut second = Client::with_key(&queue, "k", None).await;
        second.expect_answers(&[(2, "B"), (3, "C")]).await;
        drop(first);
        second.expect_nothing().await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_client_with_a_key_that_vanishes_keeps_its_places_until_it_has_been_away_too_long() {
    with_world(async |world| {
        let keep = Duration::from_secs(3);
        let settings = Settings { keep, lease: Duration::from_secs(1), ..settings(2) };
        let queue = world.replica(settings).await;
        let mut client = Client::with_key(&queue, "k", None).await;
        client.say("taken").await;
        let mut job = take(&queue).await;
        client.say("waits").await;
        client.say("waits").await;
        drop(client);
        assert!(timeout(A_WHILE, job.cancelled()).await.is_err(), "its call was cancelled");
        let mut other = Client::open(&queue).await;
        assert_eq!(other.say("no room").await, Event::Full);
        until("it is forgotten", async || other.say("room").await == Event::Enqueued).await;
        timeout(crate::world::TEST_TIMEOUT, job.cancelled()).await.expect("not cancelled");
        assert_eq!(Client::with_key(&queue, "k", None).await.number(), 0);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn many_that_stay_away_are_forgotten_a_thousand_at_a_time() {
    with_world(async |world| {
        world.replica(settings(3)).await.leave().await;
        let many = "INSERT INTO conversations (id, key, left_at) \
            SELECT gen_random_uuid(), n, clock_timestamp() - interval '1 day' FROM generate_series(1, 2500) n";
        sqlx::query(many).execute(&world.pool).await.unwrap();
        assert_eq!(world.number("SELECT forgotten FROM sweep(0, 1, '1 hour')").await, 1000);
        let settings = Settings { lease: Duration::from_secs(1), ..settings(3) };
        let _queue = world.replica(settings).await;
        until("all are forgotten", async || world.number("SELECT count(*) FROM conversations").await == 0).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn sent_answers_are_kept_for_a_while_and_no_longer() {
    with_world(async |world| {
        let queue = world.replica(Settings { keep: Duration::from_millis(50), ..settings(9) }).await;
        let mut client = Client::with_key(&queue, "k", None).await;
        until("old ones go", async || {
            client.say("a").await;
            complete(take(&queue).await, "A").await;
            let number = client.number();
            client.expect_answers(&[(number, "A")]).await;
            number > 5 && world.number("SELECT count(*) FROM sentences").await < i64::from(number)
        })
        .await;
        let number = client.number();
        assert_eq!(world.number("SELECT max(number) FROM sentences").await, i64::from(number));
        client.say("b").await;
        complete(take(&queue).await, "B").await;
        assert_eq!(client.event().await, answer(number + 1, "B"));
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_stream_that_comes_before_the_end_of_the_last_goes_on_after_it() {
    with_world(async |world| {
        let queue = world.replica(settings(9)).await;
        let _first = Client::with_key(&queue, "k", None).await;
        sqlx::query("UPDATE conversations SET numbered = 5, sent = 4").execute(&world.pool).await.unwrap();
        // What the first stream came to, as its program knows it and the database doesn't yet.
        for (epoch, numbered, sent) in [(1, 7, 3), (1, 7, 3), (3, 9, 9)] {
            let open = "SELECT numbered, sent FROM open(1, gen_random_uuid(), 'k', NULL, $1, $2, $3)";
            let open = sqlx::query_as(open).bind(epoch).bind(numbered).bind(sent);
            let opened: (i64, i64) = open.fetch_one(&world.pool).await.unwrap();
            // The second time it is another stream's epoch.
            assert_eq!(opened, if epoch == 1 { (7, 3) } else { (9, 9) });
        }
        let received = "SELECT sent FROM open(1, gen_random_uuid(), 'k', 99, 4, 9, 2)";
        assert_eq!(world.number(received).await, 9, "nobody has received what isn't there");
    })
    .await;
}
