//! A stream's conversation, as the core polls it.

use std::sync::Arc;
use std::task::{Context, Poll};

use grpc_queue::{Conversation, Event, QueueError};

use crate::replica::Replica;
use crate::stream::Stream;

/// One stream's end of the queue in Postgres. Dropped without a key, what it has queued goes; with one it stays.
#[derive(Debug)]
pub struct PostgresConversation {
    replica: Arc<Replica>,
    stream: Arc<Stream>,
    numbered: u32,
}

impl PostgresConversation {
    pub(crate) fn new(replica: Arc<Replica>, stream: Arc<Stream>, numbered: u32) -> Self {
        Self { replica, stream, numbered }
    }
}

impl Conversation for PostgresConversation {
    fn numbered(&self) -> u32 {
        self.numbered
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.stream.poll_room(cx)
    }

    fn push(&mut self, sentences: impl IntoIterator<Item = (u32, String)>) {
        for (number, sentence) in sentences {
            self.stream.push(number);
            self.replica.senders.push(&self.stream, number, Some(sentence));
        }
    }

    fn pass(&mut self, number: u32) {
        self.stream.pass(number);
        if self.stream.key.is_some() {
            self.replica.senders.push(&self.stream, number, None);
        }
    }

    fn finish(&mut self) {
        self.stream.finish();
    }

    fn owes(&self) -> bool {
        self.stream.owes()
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Result<Event, QueueError>> {
        let look = self.stream.poll_event(cx);
        if look.fetch {
            self.replica.senders.fetch(&self.stream);
        }
        look.event
    }
}

impl Drop for PostgresConversation {
    fn drop(&mut self) {
        self.replica.drop_stream(&self.stream);
    }
}
