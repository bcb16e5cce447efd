//! Everything at once, at random.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use grpc_queue::{Event, Opening};
use grpc_queue_postgres::Postgres;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::world::{Client, World, answer, settings, until, with_world, workers};

const CONVERSATIONS: usize = 50;
const SENTENCES: u32 = 60;

/// What a client with a key knows of its conversation.
#[derive(Default)]
struct Known {
    /// The number of the last sentence that was judged, and of the last answer that came.
    judged: u32,
    got: u32,
    /// The numbers of acknowledged sentences that weren't answered yet.
    owed: VecDeque<u32>,
    /// The numbers of sentences whose judgement got lost with a stream: an answer may come or not.
    unknown: BTreeSet<u32>,
}

impl Known {
    fn hear(&mut self, event: Event) {
        match event {
            Event::Answer { number, result } => {
                assert_eq!(result.as_deref(), Ok("[x]"));
                assert!(number > self.got, "{number} after {}", self.got);
                if self.owed.pop_front_if(|owed| *owed == number).is_none() {
                    assert!(self.unknown.remove(&number), "{number} wasn't owed, but {:?}", self.owed);
                }
                self.got = number;
            }
            judgement => {
                self.judged += 1;
                if judgement == Event::Enqueued {
                    self.owed.push_back(self.judged);
                }
            }
        }
    }

    /// A stream with that many sentences before it begins.
    fn begin(&mut self, numbered: u32) {
        self.unknown.extend(self.judged + 1..=numbered);
        self.judged = numbered;
    }
}

/// Says its sentences over several streams, now of one program and now of another, and checks what comes back: an
/// answer to each that was acknowledged, once and in order.
async fn patient_client(queues: Vec<Postgres>, key: String) {
    let mut known = Known::default();
    loop {
        let queue = &queues[fastrand::usize(..queues.len())];
        let opening = Opening { key: Some(key.clone()), received: Some(known.got) };
        let mut client = Client::try_open(queue, opening).await.unwrap();
        known.begin(client.number());
        let vanish_at = (client.number() + fastrand::u32(1..20)).min(SENTENCES + 1);
        while client.number() < vanish_at && client.number() < SENTENCES {
            let nothing_to_come = known.owed.is_empty() && known.judged == client.number();
            if nothing_to_come || fastrand::bool() {
                client.push_when_ready("x").await;
            } else {
                known.hear(client.event().await);
            }
        }
        if vanish_at > SENTENCES {
            client.finish();
            loop {
                match client.event().await {
                    Event::Done => break,
                    event => known.hear(event),
                }
            }
            break assert!(known.owed.is_empty(), "never answered: {:?}", known.owed);
        }
    }
}

/// Comes without a key and vanishes in the middle, until nobody wants it any more.
async fn fickle_client(queues: Vec<Postgres>) {
    for _ in 0..10 {
        let mut client = Client::open(&queues[fastrand::usize(..queues.len())]).await;
        let (mut owed, mut answered) = (Vec::new(), 0);
        let mut judged = 0;
        for _ in 0..fastrand::u32(1..30) {
            client.push("y");
            match client.event().await {
                Event::Enqueued => {
                    judged += 1;
                    owed.push(judged);
                }
                Event::Full => judged += 1,
                event => {
                    assert_eq!(event, answer(owed[answered], "[y]"));
                    answered += 1;
                }
            }
        }
    }
}

async fn cutter(world: World) {
    loop {
        sleep(Duration::from_millis(fastrand::u64(100..400))).await;
        world.cut().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres: make verify LANES=services"]
async fn everything_acknowledged_is_answered_once_and_in_order() {
    with_world(async |world| {
        let mut queues = Vec::new();
        for _ in 0..4 {
            queues.push(world.replica(settings(40)).await);
        }
        let pools: Vec<_> = queues.iter().map(|queue| workers(queue, 4)).collect();
        let cutting = tokio::spawn(cutter(world.clone()));
        let mut clients = JoinSet::new();
        for at in 0..CONVERSATIONS {
            if at % 2 == 0 {
                clients.spawn(patient_client(queues.clone(), format!("conversation-{at}")));
            } else {
                clients.spawn(fickle_client(queues.clone()));
            }
        }
        while let Some(ended) = clients.join_next().await {
            ended.unwrap();
        }
        cutting.abort();
        drop(pools);
        until("all streams are closed", async || {
            world.number("SELECT count(*) FROM conversations WHERE replica IS NOT NULL").await == 0
        })
        .await;
        world.expect_consistent().await;
        let left = "SELECT count(*) FROM sentences WHERE state <> 'answered'";
        until("nothing is left over", async || world.number(left).await == 0).await;
    })
    .await;
}
