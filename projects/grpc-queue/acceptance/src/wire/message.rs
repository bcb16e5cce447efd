//! The service's messages: all requests hold one text, all responses a sentence and, from the queue, two fields more.

use std::fmt;

use bytes::Bytes;
use prost::Message;
use serde_json::{Value, json};

use super::Codec;

/// The service that the exercise is about.
pub(crate) const ELIZA: &str = "connectrpc.eliza.v1.ElizaService";

/// Any request of the service in protobuf: all have one text, with the number 1.
#[derive(Clone, PartialEq, Message)]
struct Text {
    #[prost(string, tag = "1")]
    text: String,
}

/// Any response of the service in protobuf. Only the queue's has more than the sentence.
#[derive(Clone, PartialEq, Message)]
struct Response {
    #[prost(string, tag = "1")]
    sentence: String,
    #[prost(uint32, tag = "2")]
    in_reply_to: u32,
    #[prost(bool, tag = "3")]
    failed: bool,
}

/// A request of the Eliza service.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ask<'a> {
    /// Of `Say`, `Converse` and `QueueConversation`.
    Sentence(&'a str),
    /// Of `Introduce`.
    Name(&'a str),
}

impl Ask<'_> {
    pub(crate) fn encoded(self, codec: Codec) -> Bytes {
        // The field has the number 1 in all of them.
        match (codec, self) {
            (Codec::Proto, Ask::Sentence(text)) => Text { text: text.to_owned() }.encode_to_vec().into(),
            (Codec::Proto, Ask::Name(text)) => Text { text: text.to_owned() }.encode_to_vec().into(),
            (Codec::Json, Ask::Sentence(text)) => json!({ "sentence": text }).to_string().into(),
            (Codec::Json, Ask::Name(text)) => json!({ "name": text }).to_string().into(),
        }
    }
}

/// A response of the Eliza service. Only the queue sets more than the sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) sentence: String,
    /// The number of the sentence that is answered or refused; 0 in an acknowledgement.
    pub(crate) in_reply_to: u32,
    pub(crate) failed: bool,
}

impl Said {
    pub(crate) fn decoded(codec: Codec, bytes: &[u8]) -> Result<Self, String> {
        match codec {
            Codec::Proto => {
                let said = Response::decode(bytes)
                    .map_err(|error| format!("a message that can't be read: {error}"))?;
                Ok(Self { sentence: said.sentence, in_reply_to: said.in_reply_to, failed: said.failed })
            }
            Codec::Json => Self::of_json(bytes),
        }
    }

    fn of_json(bytes: &[u8]) -> Result<Self, String> {
        let unreadable = |why: &str| format!("a message that is {why}: {}", String::from_utf8_lossy(bytes));
        let value: Value = serde_json::from_slice(bytes).map_err(|_| unreadable("no JSON"))?;
        let object = value.as_object().ok_or_else(|| unreadable("no object"))?;
        let field = |names: &[&str]| names.iter().find_map(|name| object.get(*name));
        let mut said = Self::default();
        if let Some(sentence) = field(&["sentence"]) {
            said.sentence = sentence.as_str().ok_or_else(|| unreadable("wrong in sentence"))?.to_owned();
        }
        if let Some(number) = field(&["inReplyTo", "in_reply_to"]) {
            let number = number.as_u64().and_then(|number| u32::try_from(number).ok());
            said.in_reply_to = number.ok_or_else(|| unreadable("wrong in inReplyTo"))?;
        }
        if let Some(failed) = field(&["failed"]) {
            said.failed = failed.as_bool().ok_or_else(|| unreadable("wrong in failed"))?;
        }
        Ok(said)
    }

    /// Whether it speaks of one sentence: an answer or a refusal. Else it is an acknowledgement.
    pub(crate) fn is_reply(&self) -> bool {
        self.in_reply_to != 0 || self.failed
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.sentence)?;
        if self.in_reply_to != 0 {
            write!(f, " in reply to {}", self.in_reply_to)?;
        }
        if self.failed {
            write!(f, ", failed")?;
        }
        Ok(())
    }
}
