//! The pending answers of a stream, in the order of its sentences.

use std::collections::VecDeque;
use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use grpc_queue_acceptance::mutants::Defect;
use tokio::sync::oneshot;

use crate::Wrong;
use crate::queue::Answered;

/// Answers that are still to come, each with its sentence's number.
#[derive(Debug)]
pub(super) struct Owed {
    answers: VecDeque<(u32, oneshot::Receiver<Answered>)>,
    wrong: Wrong,
}

impl Owed {
    pub(super) fn new(wrong: Wrong) -> Self {
        Self { answers: VecDeque::new(), wrong }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    pub(super) fn push(&mut self, number: u32, answer: oneshot::Receiver<Answered>) {
        self.answers.push_back((number, answer));
    }

    /// The numbers of the sentences whose answers are pending.
    pub(super) fn numbers(&self) -> Vec<u32> {
        self.answers.iter().map(|(number, _)| *number).collect()
    }

    /// Notifies the worker of an answer that it isn't wanted.
    pub(super) fn clear(&mut self) {
        self.answers.clear();
    }

    /// The next answer that may be sent; none where its sentence was dropped. Waits for ever where none is pending.
    pub(super) async fn next(&mut self) -> (u32, Option<Answered>) {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<(u32, Option<Answered>)> {
        let may_be_next = if self.wrong.is(Defect::WhicheverIsReady) { self.answers.len() } else { 1 };
        for place in 0..may_be_next.min(self.answers.len()) {
            let (number, answer) = &mut self.answers[place];
            if let Poll::Ready(answer) = Pin::new(answer).poll(cx) {
                let number = *number;
                self.answers.remove(place);
                return Poll::Ready((number, answer.ok()));
            }
        }
        Poll::Pending
    }
}
