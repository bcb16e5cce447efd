//! `QueueConversation`: acknowledges sentences, and sends the answers in their order.

mod desk;
mod lasting;
mod owed;
mod slips;

use std::sync::Arc;
use std::time::Duration;

use connectrpc::{ConnectError, InboundStream, RequestContext};
use futures_util::StreamExt;
use grpc_queue_acceptance::mutants::Defect;
use grpc_queue_proto::connect::{QueueConversationRequest, QueueConversationResponse};
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;

pub(crate) use self::desk::Desk;
use self::desk::Seat;
use self::owed::Owed;
use self::slips::{Refusal, refusal};
use crate::Shared;
use crate::port::ConnectionId;
use crate::queue::Answered;

type Outgoing = Result<QueueConversationResponse, ConnectError>;

/// Opens a conversation. The responses end when no answer is pending. Dropping them, as when the client disconnects,
/// ends the conversation.
pub(crate) fn open(
    shared: &Arc<Shared>,
    ctx: &RequestContext,
    requests: InboundStream<QueueConversationRequest>,
) -> ReceiverStream<Outgoing> {
    if let Some(durable) = &shared.durable {
        return lasting::open(shared, durable, ctx, requests);
    }
    let (out, responses) = mpsc::channel(16);
    let stream = shared.queue.stream();
    let seat = shared.desk.sit(stream, out.clone());
    let talk = Talk {
        shared: Arc::clone(shared),
        stream,
        connection: ctx.extensions().get().map_or(0, |ConnectionId(number)| *number),
        out,
        owed: Owed::new(shared.wrong),
        numbered: 0,
        enqueued: 0,
        fulls: 0,
        held: None,
        has_ended: false,
        _seat: seat,
    };
    tokio::spawn(talk.run(requests));
    ReceiverStream::new(responses)
}

/// One conversation. Dropped, it takes its sentences out of the queue, and the calls for them are aborted.
struct Talk {
    shared: Arc<Shared>,
    stream: u64,
    connection: u64,
    out: mpsc::Sender<Outgoing>,
    owed: Owed,
    /// The number of the last sentence.
    numbered: u32,
    /// How many sentences found room.
    enqueued: u32,
    /// How many met a full queue.
    fulls: u32,
    /// An acknowledgement that comes later than it should.
    held: Option<QueueConversationResponse>,
    /// The client has nothing more to say.
    has_ended: bool,
    _seat: Seat,
}

/// The stream has ended: nothing more can be sent.
struct Over;

impl Talk {
    async fn run(mut self, mut requests: InboundStream<QueueConversationRequest>) {
        let mut stopping = self.shared.queue.stopping();
        let (mut open, mut stopped) = (true, *stopping.borrow());
        let out = self.out.clone();
        while (open && !stopped) || !self.owed.is_empty() {
            let told = tokio::select! {
                request = requests.next(), if open => match request {
                    Some(Ok(request)) => self.admit(request.to_owned_message().sentence, stopped).await,
                    Some(Err(_)) => return,
                    None => {
                        open = false;
                        self.has_ended().await
                    }
                },
                (number, answer) = self.owed.next() => self.answer(number, answer).await,
                () = out.closed() => return,
                _ = stopping.changed(), if !stopped => {
                    stopped = true;
                    if self.shared.settings.workers == 0 {
                        self.owed.clear();
                    }
                    Ok(())
                }
            };
            if told.is_err() {
                return;
            }
        }
        if open && self.shared.wrong.is(Defect::StreamsStayOpen) {
            out.closed().await;
        } else if open {
            // A client that has disconnected meanwhile needs no status.
            out.send(Err(ConnectError::unavailable("the service is shutting down"))).await.ok();
        }
    }

    /// Enqueues a sentence, if it may, and acknowledges it.
    async fn admit(&mut self, sentence: String, stopped: bool) -> Result<(), Over> {
        let wrong = self.shared.wrong;
        self.numbered += 1;
        let refused = if stopped && !wrong.is(Defect::StillAdmits) {
            Some(Refusal::Stopped)
        } else {
            refusal(wrong, &sentence, self.shared.settings.longest)
        };
        if let Some(refused) = refused {
            return self.refuse(refused, &sentence).await;
        }
        if self.takes_for_goodbye(&sentence) {
            return Err(Over);
        }
        let (answer, owed) = oneshot::channel();
        if !self.shared.queue.push(self.job(&sentence, answer)) {
            return self.full().await;
        }
        self.enqueued += 1;
        let number = if wrong.is(Defect::CountsTheEnqueued) { self.enqueued } else { self.numbered };
        self.owed.push(number, owed);
        if wrong.is(Defect::AnswerBeforeAck) && self.shared.settings.workers > 0 {
            let quick = tokio::time::timeout(Duration::from_millis(100), self.owed.next());
            if let Ok((number, answer)) = quick.await {
                self.answer(number, answer).await?;
            }
        }
        self.enqueued().await
    }

    /// The client has ended.
    async fn has_ended(&mut self) -> Result<(), Over> {
        self.has_ended = true;
        if self.shared.settings.workers == 0 {
            return self.leave().await;
        }
        if self.shared.wrong.is(Defect::EndsAtHalfClose) {
            self.owed.clear();
        }
        Ok(())
    }

    async fn answer(&mut self, number: u32, answer: Option<Answered>) -> Result<(), Over> {
        // None: the sentence was dropped from the queue.
        let Some(Answered { result, .. }) = answer else { return Ok(()) };
        let wrong = self.shared.wrong;
        let said = match result {
            Ok(answer) => reply(number, &answer, false),
            Err(refused) if refused.status == Some(400) && wrong.is(Defect::RefusalEndsTheStream) => {
                self.out.send(Err(ConnectError::internal(refused.reason))).await.ok();
                return Err(Over);
            }
            Err(refused) => reply(number, &refused.reason, true),
        };
        match self.shared.desk.newest_of_many() {
            Some(newest) if wrong.is(Defect::AnswersAstray) => newest.send(Ok(said)).await.map_err(|_| Over),
            _ => self.tell(said).await,
        }
    }

    async fn tell(&self, said: QueueConversationResponse) -> Result<(), Over> {
        self.out.send(Ok(said)).await.map_err(|_| Over)
    }
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
