//! Connections that are cut, a database that is away.

use std::time::Duration;

use grpc_queue::{Event, OpenError, Opening, QueueError};
use grpc_queue_postgres::{ConnectError, Postgres, Settings};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::world::{
    A_WHILE, Client, answer, complete, settings, take_nothing, take_this, until, with_world, workers,
};

/// The clock of the test goes on by itself, since nothing else does.
#[tokio::test(start_paused = true)]
async fn what_accepts_a_connection_and_says_nothing_is_no_database() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("postgres://somebody@{}/queue", silent.local_addr().unwrap()).parse().unwrap();
    match Postgres::connect(&address, Settings::default()).await {
        Err(error @ ConnectError::Connect { .. }) => {
            let cause = std::error::Error::source(&error).unwrap().to_string();
            assert!(cause.contains("timed out"), "{cause}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn replicas_may_start_together() {
    with_world(async |world| {
        let mut starting = JoinSet::new();
        for _ in 0..4 {
            let world = world.clone();
            starting.spawn(async move { world.replica(settings(3)).await });
        }
        assert_eq!(starting.join_all().await.len(), 4);
        assert_eq!(world.number("SELECT count(*) FROM replicas").await, 4);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_schema_that_is_newer_is_refused() {
    with_world(async |world| {
        world.replica(settings(3)).await.leave().await;
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
            VALUES (9999, 'from the future', true, '', 0)";
        sqlx::query(newer).execute(&world.pool).await.unwrap();
        let refused = Postgres::connect(&world.address, settings(3)).await.unwrap_err();
        assert!(matches!(refused, ConnectError::Newer { version: 9999, .. }), "{refused}");
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn when_connections_are_cut_everything_acknowledged_is_answered_once() {
    with_world(async |world| {
        let queues = [world.replica(settings(2000)).await, world.replica(settings(2000)).await];
        let pools = queues.each_ref().map(|queue| workers(queue, 8));
        let mut clients = JoinSet::new();
        for at in 0..8 {
            let key = if at < 4 { Some(format!("client-{at}")) } else { None };
            let mut client =
                Client::try_open(&queues[at % 2], Opening { key, received: None }).await.unwrap();
            clients.spawn(async move {
                let (mut enqueued, mut answered) = (0, 0);
                let mut hear = |event| match event {
                    Event::Enqueued => enqueued += 1,
                    Event::Full => panic!("there is room for all"),
                    event @ Event::Answer { .. } => {
                        answered += 1;
                        assert_eq!(event, answer(answered, &format!("[{answered}]")));
                    }
                    Event::Done => assert_eq!((enqueued, answered), (200, 200)),
                };
                // A sentence now and then, so that there is always something on its way when connections are cut.
                for number in 1..=200 {
                    while let Some(event) = client.event_before_room().await {
                        hear(event);
                    }
                    client.push(&number.to_string());
                    sleep(Duration::from_millis(5)).await;
                }
                client.finish();
                loop {
                    let event = client.event().await;
                    let done = event == Event::Done;
                    hear(event);
                    if done {
                        break;
                    }
                }
            });
        }
        let mut cut = 0;
        while !clients.is_empty() {
            cut += world.cut().await;
            sleep(Duration::from_millis(100)).await;
            while let Some(ended) = clients.try_join_next() {
                ended.unwrap();
            }
        }
        assert!(cut > 0, "there was nothing to cut");
        drop(pools);
        world.expect_consistent().await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn streams_stay_open_while_the_database_is_away_for_a_while() {
    with_world(async |world| {
        let queue = world.replica(settings(3)).await;
        let mut client = Client::open(&queue).await;
        client.say("a").await;
        let job = take_this(&queue, "a").await;
        world.allow(false).await;
        world.cut().await;
        client.push("b");
        let completing = tokio::spawn(complete(job, "A"));
        client.expect_nothing().await;
        sleep(A_WHILE).await;
        world.allow(true).await;
        completing.await.unwrap();
        let mut events = [client.event().await, client.event().await];
        // Either may be the first.
        events.sort_by_key(|event| matches!(event, Event::Enqueued));
        assert_eq!(events, [answer(1, "A"), Event::Enqueued]);
        complete(take_this(&queue, "b").await, "B").await;
        assert_eq!(client.event().await, answer(2, "B"));
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn streams_end_when_the_database_is_away_for_too_long_and_others_follow() {
    with_world(async |world| {
        let settings = Settings {
            away_timeout: Duration::from_millis(300),
            lease: Duration::from_millis(400),
            ..settings(3)
        };
        let queue = world.replica(settings).await;
        let mut client = Client::open(&queue).await;
        client.say("a").await;
        let mut pushing = Client::open(&queue).await;
        world.allow(false).await;
        world.cut().await;
        pushing.push("b");
        assert_eq!(client.try_event().await, Err(QueueError::Unreachable));
        assert_eq!(pushing.try_event().await, Err(QueueError::Unreachable));
        let opened = Client::try_open(&queue, Opening::default()).await;
        assert_eq!(opened.err(), Some(OpenError::Unreachable));
        drop((client, pushing));
        world.allow(true).await;
        let mut client = loop {
            if let Ok(client) = Client::try_open(&queue, Opening::default()).await {
                break client;
            }
        };
        until("those before are gone", async || {
            world.number("SELECT count(*) FROM conversations").await == 1
        })
        .await;
        assert_eq!(client.say("c").await, Event::Enqueued);
        complete(take_this(&queue, "c").await, "C").await;
        assert_eq!(client.event().await, answer(1, "C"));
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_database_that_takes_no_writes_is_away_though_it_can_be_read() {
    with_world(async |world| {
        let settings = Settings {
            away_timeout: Duration::from_secs(1),
            lease: Duration::from_secs(2),
            look: Duration::from_millis(100),
            ..settings(3)
        };
        let queue = world.replica(settings).await;
        let mut pushing = Client::open(&queue).await;
        world.read_only(true).await;
        world.cut().await;
        pushing.push("a");
        assert_eq!(pushing.try_event().await, Err(QueueError::Unreachable));
        let opened = Client::try_open(&queue, Opening::default()).await;
        assert_eq!(opened.err(), Some(OpenError::Unreachable));
        world.read_only(false).await;
        world.cut().await;
        until("it takes sentences again", async || {
            match Client::try_open(&queue, Opening::default()).await {
                Ok(mut client) => client.say("b").await == Event::Enqueued,
                Err(_) => false,
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_program_leaves_though_the_database_is_away() {
    with_world(async |world| {
        let queue = world.replica(settings(3)).await;
        let mut client = Client::open(&queue).await;
        client.say("a").await;
        world.allow(false).await;
        world.cut().await;
        drop(client);
        timeout(Duration::from_secs(5), queue.leave()).await.expect("it hangs");
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_sentence_whose_taking_got_lost_on_the_way_is_taken_again() {
    with_world(async |world| {
        let queue = world.replica(settings(3)).await;
        let mut client = Client::open(&queue).await;
        client.say("a").await;
        // As if the reply had been cut off: by the database's account the replica has it.
        assert_eq!(world.number("SELECT count(*) FROM take(1, 1)").await, 1);
        take_nothing(&queue).await;
        let worker = tokio::spawn({
            let queue = queue.clone();
            async move { complete(take_this(&queue, "a").await, "A").await }
        });
        until("it is taken by a worker", async || {
            world.cut().await;
            sleep(Duration::from_millis(200)).await;
            worker.is_finished()
        })
        .await;
        assert_eq!(client.event().await, answer(1, "A"));
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn a_push_that_is_tried_again_has_the_outcome_that_it_had() {
    with_world(async |world| {
        let queue = world.replica(settings(1)).await;
        let _client = Client::open(&queue).await;
        let admit = "SELECT string_agg(outcome, ' ') FROM conversations c, \
            admit(1, 1, ARRAY[c.id, c.id], '{1, 1}', '{1, 2}', ARRAY['a', 'b']::bytea[])";
        for _ in 0..2 {
            let outcomes: String = sqlx::query_scalar(admit).fetch_one(&world.pool).await.unwrap();
            assert_eq!(outcomes, "enqueued full");
            // There is room for the second by the time that it is tried again: it was turned away all the same.
            world.number("SELECT count(*) FROM take(1, 1)").await;
        }
        assert_eq!(world.number("SELECT count(*) FROM sentences").await, 1);
        world.expect_consistent().await;
    })
    .await;
}
