//! What a transport sees of a queue: conversations that sentences are pushed into and events come out of.

use std::future::Future;
use std::task::{Context, Poll};

/// The longest key of a conversation, in characters.
const LONGEST_KEY: usize = 128;

/// A queue, in memory or in a database. Clones are handles to the same queue.
pub trait Queue: Clone + Send + Sync + 'static {
    /// What it opens.
    type Conversation: Conversation;

    /// Opens a conversation for one stream.
    fn open(&self, opening: Opening) -> impl Future<Output = Result<Self::Conversation, OpenError>> + Send;
}

/// What a client says of itself when its stream begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// The conversation's name: a stream with the same key goes on with it. Without one it ends with its stream.
    pub key: Option<String>,
    /// The number of the last answer that the client received: later ones are sent. Without it, those not sent yet.
    pub received: Option<u32>,
}

impl Opening {
    /// Reads the values of a request's metadata under `conversation-key` and `conversation-received`.
    pub fn read(key: Option<&[u8]>, received: Option<&[u8]>) -> Result<Self, OpenError> {
        let text = |bytes: &[u8]| str::from_utf8(bytes).map(str::to_owned);
        let key = key.map(text).transpose().map_err(|_| OpenError::BadKey)?;
        let received = received
            .map(|bytes| {
                text(bytes).ok().and_then(|number| number.parse().ok()).ok_or(OpenError::BadReceived)
            })
            .transpose()?;
        let opening = Self { key, received };
        opening.check()?;
        Ok(opening)
    }

    /// Whether a key, where there is one, may name a conversation.
    pub fn check(&self) -> Result<(), OpenError> {
        let fits = |key: &String| {
            (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if self.key.as_ref().is_none_or(fits) { Ok(()) } else { Err(OpenError::BadKey) }
    }
}

/// One stream's end of the queue. Dropped before it is done, it is cancelled: its waiting sentences leave the queue
/// and its calls of the model are aborted, unless it has a key and the queue outlives the process.
pub trait Conversation: Send + Unpin + 'static {
    /// The number of the last sentence before this stream: 0 for a conversation that is new.
    fn numbered(&self) -> u32;

    /// Whether more sentences may be pushed now, some dozens at once. Not ready while too many events are waiting to be
    /// taken.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<()>;

    /// Pushes numbered sentences. The admission of each comes as an event, in the order of the pushes.
    fn push(&mut self, sentences: impl IntoIterator<Item = (u32, String)>);

    /// A sentence was refused before it came to the queue: the conversation's numbers go on after this one.
    fn pass(&mut self, number: u32);

    /// The client has half-closed: pending answers still come, then [`Event::Done`].
    fn finish(&mut self);

    /// Whether events are still to come that its stream can't know of, such as answers to sentences of an earlier one:
    /// then it isn't idle.
    fn owes(&self) -> bool;

    /// The next event. The admission of a sentence comes before its answer, answers come in the order of sentences.
    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Result<Event, QueueError>>;
}

/// What comes out of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// There was room for the next pushed sentence.
    Enqueued,
    /// There was none.
    Full,
    /// What became of an admitted sentence.
    Answer {
        /// The sentence's number.
        number: u32,
        /// The model's answer, or why there is none, in words for the client.
        result: Result<String, String>,
    },
    /// After [`Conversation::finish`]: no answer is pending.
    Done,
}

/// Why a conversation can't be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The service is being stopped.
    #[error("the service is shutting down")]
    Draining,
    /// The key is empty, too long or has characters other than visible ASCII.
    #[error("conversation-key must be 1 to 128 visible ASCII characters")]
    BadKey,
    /// What the client says to have received is no number.
    #[error("conversation-received must be the number of an answer")]
    BadReceived,
    /// The queue's database doesn't answer.
    #[error("the queue can't be reached")]
    Unreachable,
}

/// Why a conversation ended before it was done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// Another stream goes on with the same key.
    #[error("another stream has taken this conversation over")]
    TakenOver,
    /// The deadline of a shutdown has passed with answers still pending.
    #[error("the service is shutting down")]
    Stopped,
    /// The queue's database didn't come back in time.
    #[error("the queue can't be reached")]
    Unreachable,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &[u8], expected: Result<(), OpenError>) {
        assert_eq!(Opening::read(Some(key), None).map(drop), expected, "{}", key.escape_ascii());
    }

    #[test]
    fn a_key_is_visible_ascii_of_a_bounded_length() {
        check(b"a", Ok(()));
        check(&[b'~'; 128], Ok(()));
        check(b"", Err(OpenError::BadKey));
        check(&[b'~'; 129], Err(OpenError::BadKey));
        check(b"two words", Err(OpenError::BadKey));
        check("schl\u{fc}ssel".as_bytes(), Err(OpenError::BadKey));
        check(&[0xff], Err(OpenError::BadKey));
    }

    #[test]
    fn what_was_received_is_a_number() {
        let received =
            |text: &str| Opening::read(None, Some(text.as_bytes())).map(|opening| opening.received);
        assert_eq!(received("17"), Ok(Some(17)));
        assert_eq!(received("-1"), Err(OpenError::BadReceived));
        assert_eq!(received(""), Err(OpenError::BadReceived));
        assert_eq!(received("4294967296"), Err(OpenError::BadReceived));
    }
}
