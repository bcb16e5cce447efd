//! `Converse`: one answer for each sentence, until a goodbye.

use std::collections::VecDeque;
use std::sync::Arc;

use connectrpc::{ConnectError, ErrorCode, InboundStream};
use futures_util::{Stream, StreamExt, stream};
use grpc_queue_acceptance::mutants::Defect;
use grpc_queue_proto::connect::{ConverseRequest, ConverseResponse};

use crate::{Shared, Wrong, eliza};

/// A stream under way.
struct Conversation {
    requests: InboundStream<ConverseRequest>,
    wrong: Wrong,
    heard: usize,
    /// To be sent before anything else is read.
    answers: VecDeque<Result<String, ConnectError>>,
    /// Only where answers lag.
    held: Option<String>,
    over: bool,
}

/// The answers to a stream of sentences.
pub(crate) fn answers(
    shared: &Arc<Shared>,
    requests: InboundStream<ConverseRequest>,
) -> impl Stream<Item = Result<ConverseResponse, ConnectError>> + Send + use<> {
    let wrong = shared.wrong;
    let answers = VecDeque::new();
    let conversation = Conversation { requests, wrong, heard: 0, answers, held: None, over: false };
    stream::unfold(conversation, |mut conversation| async {
        let answer = conversation.next().await?;
        let response = answer.map(|sentence| ConverseResponse { sentence, ..Default::default() });
        Some((response, conversation))
    })
}

impl Conversation {
    async fn next(&mut self) -> Option<Result<String, ConnectError>> {
        loop {
            if let Some(answer) = self.answers.pop_front() {
                return Some(answer);
            }
            if self.over {
                return None;
            }
            match self.requests.next().await {
                Some(Ok(request)) => self.hear(&request.to_owned_message().sentence),
                Some(Err(error)) => self.end(Err(error)),
                None => self.client_ended().await,
            }
        }
    }

    fn hear(&mut self, sentence: &str) {
        let wrong = self.wrong;
        self.heard += 1;
        self.answers.extend(self.held.take().map(Ok));
        let goodbye = eliza::is_goodbye(sentence, wrong);
        let answer = eliza::answer(sentence);
        if wrong.is(Defect::ConverseLags) && self.heard >= 3 && !goodbye {
            self.held = Some(answer);
            return;
        }
        if !(goodbye && wrong.is(Defect::GoodbyeUnanswered)) {
            self.answers.push_back(Ok(answer.clone()));
        }
        if wrong.is(Defect::ConverseTwice) && self.heard == 3 {
            self.answers.push_back(Ok(answer));
        }
        if goodbye && wrong.is(Defect::GoodbyeIsCancelled) {
            self.end(Err(ConnectError::new(ErrorCode::Canceled, "goodbye")));
        } else if goodbye && !wrong.is(Defect::GoodbyeKeepsOpen) {
            self.over = true;
        }
    }

    async fn client_ended(&mut self) {
        self.answers.extend(self.held.take().map(Ok));
        if self.wrong.is(Defect::HalfCloseUnheard) && self.heard == 1 {
            std::future::pending::<()>().await;
        }
        if self.wrong.is(Defect::HalfCloseIsCancelled) && self.heard == 1 {
            return self.end(Err(ConnectError::new(ErrorCode::Canceled, "the client has gone")));
        }
        if self.wrong.is(Defect::NoSentenceIsAnError) && self.heard == 0 {
            return self.end(Err(ConnectError::new(ErrorCode::InvalidArgument, "nothing was said")));
        }
        self.end(Ok(()));
    }

    fn end(&mut self, how: Result<(), ConnectError>) {
        self.answers.extend(how.err().map(Err));
        self.over = true;
    }
}
