//! Sentences from end to end, as fast as they go.

use std::time::Duration;

use grpc_queue::Event;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::world::{Client, settings, with_world, workers};

/// Maximum number of sentences of a stream under way at once.
const WINDOW: u32 = 32;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn many_sentences_a_second_go_from_end_to_end() {
    with_world(async |world| {
        let queue = world.replica(settings(100_000)).await;
        let pool = workers(&queue, 256);
        let began = Instant::now();
        let span = Duration::from_secs(3);
        let mut clients = JoinSet::new();
        for _ in 0..50 {
            let mut client = Client::open(&queue).await;
            clients.spawn(async move {
                let mut answered = 0;
                while began.elapsed() < span {
                    while client.number() < answered + WINDOW {
                        client.push("what do you think of the weather?");
                    }
                    if let Event::Answer { number, .. } = client.event().await {
                        assert_eq!(number, answered + 1);
                        answered = number;
                    }
                }
                answered
            });
        }
        let answered: u32 = clients.join_all().await.into_iter().sum();
        let rate = f64::from(answered) / began.elapsed().as_secs_f64();
        // Far below what a machine does that has nothing else to do: this one may be busy.
        assert!(rate > 300.0, "{rate:.0} sentences a second");
        tracing::info!(rate, "sentences a second from end to end");
        drop(pool);
        queue.leave().await;
    })
    .await;
}
