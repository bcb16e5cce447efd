//! `QueueConversation` with the queue in a database: the same words, and the conversation may outlive its stream.

use std::collections::HashSet;
use std::sync::Arc;

use connectrpc::{ConnectError, ErrorCode, InboundStream, RequestContext};
use futures_util::StreamExt;
use grpc_queue_acceptance::mutants::Defect;
use grpc_queue_proto::connect::QueueConversationRequest;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::desk::Seat;
use super::slips::{Refusal, refusal};
use super::{Outgoing, Over, acknowledgement, reply};
use crate::Shared;
use crate::durable::{Durable, Found, LOOK, Pushed, Told, until_done};

/// Opens a conversation, or goes on with one.
pub(super) fn open(
    shared: &Arc<Shared>,
    durable: &Arc<Durable>,
    ctx: &RequestContext,
    requests: InboundStream<QueueConversationRequest>,
) -> ReceiverStream<Outgoing> {
    let (out, responses) = mpsc::channel(16);
    let seat = shared.desk.sit(shared.queue.stream(), out.clone());
    let header = |name| ctx.header(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (key, received) = (header("conversation-key"), header("conversation-received"));
    let received = received.and_then(|received| received.parse().ok());
    let (shared, durable) = (Arc::clone(shared), Arc::clone(durable));
    tokio::spawn(async move {
        let found = until_done!(durable, durable.find(key.as_deref()));
        let sent = if shared.wrong.is(Defect::SendsAgain) { 0 } else { found.sent };
        let received = received.filter(|_| !shared.wrong.is(Defect::ReceivedUnread));
        let troubles = durable.troubles();
        Talk {
            shared,
            found,
            named: key.is_some(),
            from: received.unwrap_or(sent),
            told: received.unwrap_or(sent),
            known: HashSet::new(),
            numbered: found.last,
            troubles,
            durable,
            out,
            _seat: seat,
        }
        .run(requests)
        .await;
    });
    ReceiverStream::new(responses)
}

/// One stream of a conversation.
struct Talk {
    shared: Arc<Shared>,
    durable: Arc<Durable>,
    found: Found,
    named: bool,
    /// The number of the last sentence.
    numbered: i32,
    /// Answers after this number are sent.
    from: i32,
    /// Answers up to this number were sent.
    told: i32,
    /// What was sent on this stream: only the mutant that sends it in any order uses it.
    known: HashSet<i32>,
    /// Troubles with the database so far.
    troubles: u64,
    out: mpsc::Sender<Outgoing>,
    _seat: Seat,
}

/// How a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// No answer is pending.
    Well,
    /// The client has disconnected.
    Gone,
    /// Another stream has the conversation.
    Lost,
    /// The service is being stopped.
    Stopped,
}

impl Talk {
    async fn run(mut self, requests: InboundStream<QueueConversationRequest>) {
        let wrong = self.shared.wrong;
        let ending = self.talk(requests).await;
        let (durable, found) = (Arc::clone(&self.durable), self.found);
        match ending {
            Ending::Well | Ending::Gone if !self.named => {
                if ending == Ending::Well || !wrong.is(Defect::NamelessStay) {
                    until_done!(durable, durable.forget(found));
                }
            }
            Ending::Gone if wrong.is(Defect::NamedGo) => until_done!(durable, durable.drop_waiting(found)),
            Ending::Well | Ending::Gone => {}
            Ending::Lost => {
                let other = wrong.is(Defect::TakenOverIsCancelled);
                let code = if other { ErrorCode::Canceled } else { ErrorCode::Aborted };
                self.out.send(Err(ConnectError::new(code, "another stream has the conversation"))).await.ok();
            }
            Ending::Stopped => {
                self.out.send(Err(ConnectError::unavailable("the service is shutting down"))).await.ok();
            }
        }
    }

    async fn talk(&mut self, mut requests: InboundStream<QueueConversationRequest>) -> Ending {
        let stopping = self.shared.queue.stopping();
        let mut open = true;
        let mut look = tokio::time::interval(LOOK);
        let out = self.out.clone();
        loop {
            let told = tokio::select! {
                request = requests.next(), if open => match request {
                    Some(Ok(request)) => {
                        let stopped = *stopping.borrow();
                        self.admit(&request.to_owned_message().sentence, stopped).await
                    }
                    Some(Err(_)) => return Ending::Gone,
                    None => {
                        open = false;
                        Ok(None)
                    }
                },
                () = out.closed() => return Ending::Gone,
                _ = look.tick() => {
                    let stopped = *stopping.borrow();
                    self.look(open, stopped).await
                }
            };
            match told {
                Ok(None) => {}
                Ok(Some(ending)) => return ending,
                Err(Over) => return Ending::Gone,
            }
        }
    }

    /// Enqueues a sentence, if it may, and acknowledges it.
    async fn admit(&mut self, sentence: &str, stopped: bool) -> Result<Option<Ending>, Over> {
        let (wrong, found) = (self.shared.wrong, self.found);
        self.numbered += 1;
        let number = self.numbered;
        let refused = if stopped {
            Some(Refusal::Stopped)
        } else {
            refusal(wrong, sentence, self.shared.settings.longest)
        };
        if refused.is_some() {
            if wrong.is(Defect::RefusedUncounted) {
                self.numbered -= 1;
            }
            until_done!(self.durable, self.durable.count(found, self.numbered));
            self.tell(number, "this sentence isn't taken in", true).await?;
            return Ok(None);
        }
        match until_done!(self.durable, self.durable.push(found, number, sentence)) {
            Pushed::Enqueued => self.say("enqueued").await?,
            Pushed::Full => self.say("queue is full!").await?,
            Pushed::Lost => return Ok(Some(Ending::Lost)),
        }
        Ok(None)
    }

    /// Tells the answers that are there, and sees whether it was all.
    async fn look(&mut self, open: bool, stopped: bool) -> Result<Option<Ending>, Over> {
        let (wrong, found) = (self.shared.wrong, self.found);
        if !until_done!(self.durable, self.durable.is_ours(found)) {
            return Ok(Some(Ending::Lost));
        }
        if wrong.is(Defect::TroubleTellsAgain) && self.troubles < self.durable.troubles() {
            self.troubles = self.durable.troubles();
            self.told = 0;
        }
        let after = if wrong.is(Defect::AnswersAsTheyCome) { self.from } else { self.told };
        // Counted before the answers are read: what is answered in between is sent the next time.
        let owed =
            if open && !stopped { 1 } else { until_done!(self.durable, self.durable.owed(found, after)) };
        if wrong.is(Defect::NobodyHereNoAnswer) && self.shared.settings.workers == 0 {
            return Ok(None);
        }
        for Told { number, answer, failed } in until_done!(self.durable, self.durable.answers(found, after)) {
            if !self.known.insert(number) && wrong.is(Defect::AnswersAsTheyCome) {
                continue;
            }
            self.tell(number, &answer, failed).await?;
            self.told = self.told.max(number);
            until_done!(self.durable, self.durable.sent(found, number));
        }
        Ok(match owed {
            0 if open => Some(Ending::Stopped),
            0 => Some(Ending::Well),
            _ => None,
        })
    }

    async fn say(&self, words: &str) -> Result<(), Over> {
        self.out.send(Ok(acknowledgement(words))).await.map_err(|_| Over)
    }

    async fn tell(&self, number: i32, sentence: &str, failed: bool) -> Result<(), Over> {
        let first = if self.shared.wrong.is(Defect::NumbersBeginAnew) { self.found.last } else { 0 };
        let number = if number > first { number - first } else { number };
        let number = u32::try_from(number).unwrap_or_default();
        self.out.send(Ok(reply(number, sentence, failed))).await.map_err(|_| Over)
    }
}
