//! The replies of a session, and why it ends with an error.

use std::borrow::Cow;
use std::time::Duration;

use crate::conversation::QueueError;

/// A message to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// There was room for the sentence.
    Enqueued,
    /// There was none.
    Full,
    /// The sentence was refused before it came to the queue.
    Refused {
        /// The sentence's number.
        number: u32,
        /// Why.
        reason: Cow<'static, str>,
    },
    /// The model has answered.
    Answer {
        /// The sentence's number.
        number: u32,
        /// What it says.
        text: String,
    },
    /// The model gave up.
    Failed {
        /// The sentence's number.
        number: u32,
        /// Why.
        reason: String,
    },
}

impl Reply {
    /// The fields of the message on the wire: `sentence`, `in_reply_to`, `failed`.
    pub fn into_fields(self) -> (Cow<'static, str>, u32, bool) {
        match self {
            Self::Enqueued => (Cow::Borrowed("enqueued"), 0, false),
            Self::Full => (Cow::Borrowed("queue is full!"), 0, false),
            Self::Refused { number, reason } => (reason, number, true),
            Self::Answer { number, text } => (Cow::Owned(text), number, false),
            Self::Failed { number, reason } => (Cow::Owned(reason), number, true),
        }
    }
}

/// Why a session didn't end with OK. `E` is the transport's error of the client's half.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamError<E> {
    /// The conversation has ended.
    #[error(transparent)]
    Queue(QueueError),
    /// The client's half broke off.
    #[error("the client's messages broke off")]
    Inbound(E),
    /// Sentences came faster than is allowed.
    #[error("more than {per_second} sentences a second")]
    TooFast {
        /// The limit.
        per_second: u32,
    },
    /// No answer was pending, and no sentence came.
    #[error("nothing was sent for {} seconds", after.as_secs_f64())]
    Idle {
        /// For so long.
        after: Duration,
    },
    /// The stream has used all numbers.
    #[error("the conversation has no number left for another sentence")]
    TooMany,
}
