//! Batches what workers return: answers, and sentences that go back to the queue.

use std::sync::Arc;

use tokio::sync::mpsc;
use uuid::Uuid;

use crate::channels::{Handed, gather};
use crate::replica::Replica;

/// Maximum number handed in by one call.
const MAX_ANSWERS: usize = 256;

/// One call's answers, column by column.
#[derive(Clone, Default)]
struct Columns {
    conversations: Vec<Uuid>,
    numbers: Vec<i64>,
    fences: Vec<i64>,
    failures: Vec<bool>,
    answers: Vec<Vec<u8>>,
}

impl Columns {
    fn add(&mut self, handed: &mut Handed) {
        self.conversations.push(handed.name.0);
        self.numbers.push(handed.name.1);
        self.fences.push(handed.fence);
        if let Some(result) = handed.result.take() {
            self.failures.push(result.is_err());
            self.answers.push(result.unwrap_or_else(|reason| reason).into_bytes());
        }
    }
}

pub(super) async fn run(replica: Arc<Replica>, mut handed: mpsc::UnboundedReceiver<Handed>) {
    let mut batch = Vec::new();
    while gather(&mut handed, &mut batch, MAX_ANSWERS).await {
        let (mut answers, mut back) = (Columns::default(), Columns::default());
        for one in &mut batch {
            if one.result.is_some() { answers.add(one) } else { back.add(one) }
        }
        if !answers.numbers.is_empty() {
            keep(&replica, answers).await;
        }
        if !back.numbers.is_empty() {
            give_back(&replica, back).await;
        }
        for one in batch.drain(..) {
            replica.held.release(one.name, one.fence);
            drop(one.kept);
        }
    }
}

/// However long it takes: what was answered shouldn't be asked again.
async fn keep(replica: &Replica, columns: Columns) {
    let id = replica.id();
    let answered = columns.conversations.clone();
    let kept = replica.database.insist("answer", move |connection| {
        let query = sqlx::query("SELECT answer($1, $2, $3, $4, $5, $6)")
            .bind(id)
            .bind(columns.conversations.clone())
            .bind(columns.numbers.clone())
            .bind(columns.fences.clone())
            .bind(columns.failures.clone())
            .bind(columns.answers.clone());
        Box::pin(query.execute(connection))
    });
    kept.await;
    // Streams of other replicas are notified through their inboxes.
    for conversation in answered {
        if let Some(stream) = replica.stream(conversation) {
            stream.has_news();
        }
    }
}

async fn give_back(replica: &Replica, columns: Columns) {
    let id = replica.id();
    let given = replica.database.insist("give_back", move |connection| {
        let query = sqlx::query("SELECT give_back($1, $2, $3, $4)")
            .bind(id)
            .bind(columns.conversations.clone())
            .bind(columns.numbers.clone())
            .bind(columns.fences.clone());
        Box::pin(query.execute(connection))
    });
    given.await;
    replica.work.notify_one();
}
