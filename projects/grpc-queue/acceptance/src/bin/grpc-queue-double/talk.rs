//! `QueueConversation`: reads sentences, acknowledges them, sends what comes of them.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use connectrpc::{ConnectError, InboundStream};
use futures_util::{Stream, StreamExt};
use grpc_queue_acceptance::doubles::Defect;
use grpc_queue_proto::connect::{QueueConversationRequest, QueueConversationResponse};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::AbortHandle;

use crate::Shared;

type Outgoing = Result<QueueConversationResponse, ConnectError>;

/// The responses of a stream. Dropped, as when the client goes away, they end the conversation.
#[derive(Debug)]
pub(crate) struct Responses {
    receiver: UnboundedReceiver<Outgoing>,
    task: AbortHandle,
}

/// Opens a conversation.
pub(crate) fn open(shared: &Arc<Shared>, requests: InboundStream<QueueConversationRequest>) -> Responses {
    let (sender, receiver) = mpsc::unbounded_channel();
    let task = tokio::spawn(converse(Arc::clone(shared), requests, sender)).abort_handle();
    Responses { receiver, task }
}

async fn converse(
    shared: Arc<Shared>,
    mut requests: InboundStream<QueueConversationRequest>,
    out: UnboundedSender<Outgoing>,
) {
    let conversation = shared.queue.open();
    let mut number = 0;
    while let Some(request) = requests.next().await {
        let Ok(request) = request else { return };
        number += 1;
        let sentence = request.to_owned_message().sentence;
        let response = match refusal(&shared, &sentence) {
            Some(reason) => reply(number, reason, true),
            None if conversation.push(number, &sentence) => {
                let other = shared.wrong.is(Defect::EnqueuedInOtherWords);
                acknowledgement(if other { "Enqueued" } else { "enqueued" })
            }
            None => acknowledgement("queue is full!"),
        };
        // Nobody listens any more where the stream is gone, and this task with it.
        out.send(Ok(response)).ok();
    }
}

/// Why a sentence isn't taken, whatever room there is.
fn refusal(shared: &Shared, sentence: &str) -> Option<&'static str> {
    if sentence.trim().is_empty() {
        return Some("a sentence must say something");
    }
    (sentence.len() > shared.settings.longest).then_some("the sentence is too long")
}

fn acknowledgement(words: &str) -> QueueConversationResponse {
    QueueConversationResponse { sentence: words.to_owned(), ..Default::default() }
}

fn reply(number: u32, sentence: &str, failed: bool) -> QueueConversationResponse {
    QueueConversationResponse {
        sentence: sentence.to_owned(),
        in_reply_to: number,
        failed,
        ..Default::default()
    }
}

impl Stream for Responses {
    type Item = Outgoing;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Outgoing>> {
        self.receiver.poll_recv(cx)
    }
}

impl Drop for Responses {
    fn drop(&mut self) {
        self.task.abort();
    }
}
