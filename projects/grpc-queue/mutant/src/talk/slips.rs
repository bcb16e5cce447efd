//! What can go wrong between a sentence and its acknowledgement.

use std::time::Duration;

use connectrpc::{ConnectError, ErrorCode};
use grpc_queue_acceptance::mutants::Defect;
use tokio::sync::oneshot;

use super::{Over, Talk, acknowledgement, reply};
use crate::queue::Job;
use crate::{Wrong, eliza};

/// Defects that need many sentences show from this one on.
const MANY: u32 = 80;

/// Why a sentence isn't taken in, whatever room there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Stopped,
    Blank,
    Long,
}

/// Which refusal a sentence gets, if any.
pub(super) fn refusal(wrong: Wrong, sentence: &str, longest: usize) -> Option<Refusal> {
    let said = if wrong.is(Defect::BlankTaken) { sentence } else { sentence.trim() };
    if said.is_empty() && !(wrong.is(Defect::EmptyTaken) && sentence.is_empty()) {
        return Some(Refusal::Blank);
    }
    let length = match wrong {
        wrong if wrong.is(Defect::LongInCharacters) => sentence.chars().count(),
        wrong if wrong.is(Defect::LongestRefused) => sentence.len() + 1,
        wrong if wrong.is(Defect::LongTaken) => 0,
        _ => sentence.len(),
    };
    (length > longest).then_some(Refusal::Long)
}

impl Talk {
    /// Reports that a sentence is refused, and why.
    pub(super) async fn refuse(&mut self, refusal: Refusal, sentence: &str) -> Result<(), Over> {
        let wrong = self.shared.wrong;
        let blank = refusal == Refusal::Blank;
        let (reason, taken, ends) = match refusal {
            Refusal::Stopped => ("the service is shutting down", false, false),
            Refusal::Blank => (
                "a sentence must say something",
                wrong.is(Defect::BlankTakesAPlace),
                wrong.is(Defect::BlankEndsTheStream),
            ),
            Refusal::Long => (
                "the sentence is too long",
                wrong.is(Defect::LongTakesAPlace),
                wrong.is(Defect::LongEndsTheStream),
            ),
        };
        if taken {
            let (answer, _) = oneshot::channel();
            self.shared.queue.push(self.job(sentence, answer));
        }
        if blank && wrong.is(Defect::BlankUncounted) {
            self.numbered -= 1;
        }
        let number = if blank && wrong.is(Defect::BlankUnnumbered) { 0 } else { self.numbered };
        let reason = if blank && wrong.is(Defect::BlankWithoutReason) { "" } else { reason };
        let failed = !(blank && wrong.is(Defect::BlankWithoutFailed));
        self.tell(reply(number, reason, failed)).await?;
        if ends { self.end_with(ErrorCode::InvalidArgument).await } else { Ok(()) }
    }

    /// Reports that a sentence is enqueued.
    pub(super) async fn enqueued(&mut self) -> Result<(), Over> {
        let wrong = self.shared.wrong;
        let capacity = self.shared.settings.capacity;
        let mut said = acknowledgement("enqueued");
        if (10..=20).contains(&capacity) && self.enqueued >= 10 {
            if wrong.is(Defect::TellsThePlace) {
                said.sentence = format!("enqueued behind {}", self.enqueued - 1);
            } else if wrong.is(Defect::NumbersAcknowledgements) {
                said.in_reply_to = self.numbered;
            }
        }
        let last = usize::try_from(self.enqueued) == Ok(capacity);
        if wrong.is(Defect::AcksSwapped) && self.numbered >= MANY && last {
            self.held = Some(said);
            return Ok(());
        }
        self.acknowledge(said).await
    }

    /// Reports that the queue is full.
    pub(super) async fn full(&mut self) -> Result<(), Over> {
        let wrong = self.shared.wrong;
        self.fulls += 1;
        let capacity = self.shared.settings.capacity;
        let names = wrong.is(Defect::FullNamesTheCapacity) && (21..=30).contains(&capacity);
        let words = if names { format!("queue is full! ({capacity})") } else { "queue is full!".to_owned() };
        self.acknowledge(acknowledgement(&words)).await?;
        if let Some(held) = self.held.take() {
            self.tell(held).await?;
        }
        if wrong.is(Defect::FullEndsLater) && capacity < 10 {
            let out = self.out.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(600)).await;
                out.send(Err(ConnectError::resource_exhausted("the queue was full"))).await.ok();
            });
        }
        let ends = wrong.is(Defect::FullsEndTheStream) && self.fulls == 20;
        if ends { self.end_with(ErrorCode::ResourceExhausted).await } else { Ok(()) }
    }

    async fn acknowledge(
        &mut self,
        said: grpc_queue_proto::connect::QueueConversationResponse,
    ) -> Result<(), Over> {
        let wrong = self.shared.wrong;
        if self.numbered == MANY {
            if wrong.is(Defect::AckForgotten) {
                return Ok(());
            }
            if wrong.is(Defect::AckLate) {
                tokio::time::sleep(Duration::from_millis(4500)).await;
            }
            if wrong.is(Defect::AckTwice) {
                self.tell(said.clone()).await?;
            }
        }
        self.tell(said).await
    }

    /// Whether a sentence ends the stream, which none should.
    pub(super) fn takes_for_goodbye(&self, sentence: &str) -> bool {
        let wrong = self.shared.wrong;
        wrong.is(Defect::GoodbyeEndsTheQueue) && eliza::is_goodbye(sentence, wrong)
    }

    /// The client has ended and nobody takes its sentences: what some mutants do with those.
    pub(super) async fn leave(&mut self) -> Result<(), Over> {
        let wrong = self.shared.wrong;
        if wrong.is(Defect::EndFailsTheRest) {
            for number in self.owed.numbers() {
                self.tell(reply(number, "nobody was there to answer", true)).await?;
            }
        }
        if wrong.is(Defect::EndIsCancelled) && !self.owed.is_empty() {
            return self.end_with(ErrorCode::Canceled).await;
        }
        if !wrong.is(Defect::EndHangs) {
            self.owed.clear();
        }
        Ok(())
    }

    async fn end_with(&self, code: ErrorCode) -> Result<(), Over> {
        // A client that has disconnected meanwhile needs no status.
        self.out.send(Err(ConnectError::new(code, "the conversation is over"))).await.ok();
        Err(Over)
    }

    pub(super) fn job(&self, sentence: &str, answer: oneshot::Sender<crate::queue::Answered>) -> Job {
        Job {
            stream: self.stream,
            connection: self.connection,
            sentence: sentence.to_owned(),
            answer,
            ghost: false,
        }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        let wrong = self.shared.wrong;
        let keeps = if self.has_ended { Defect::EndKeepsPlaces } else { Defect::GoneKeepsPlaces };
        if wrong.is(keeps) {
            return;
        }
        let (shared, stream) = (self.shared.clone(), self.stream);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) if wrong.is(Defect::GoneFreesLate) && !self.has_ended => {
                runtime.spawn(async move {
                    tokio::time::sleep(Duration::from_secs(4)).await;
                    shared.queue.forget(stream);
                });
            }
            _ => shared.queue.forget(stream),
        }
    }
}
