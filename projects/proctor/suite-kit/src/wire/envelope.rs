//! The envelope that all streams share: a byte of flags, four of length, the message.

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// The message is compressed.
pub(super) const COMPRESSED: u8 = 1;
/// The end of a stream in Connect.
pub(super) const CONNECT_END: u8 = 2;
/// Trailers in gRPC-Web.
pub(super) const WEB_TRAILERS: u8 = 0x80;
/// Maximum length of a message: more than any server under test sends.
pub(super) const MAX_MESSAGE_BYTES: usize = 4 << 20;

/// A message with its envelope.
pub(super) fn seal(flags: u8, message: &[u8]) -> Bytes {
    let mut sealed = BytesMut::with_capacity(5 + message.len());
    sealed.put_u8(flags);
    sealed.put_u32(u32::try_from(message.len()).expect("the suite sends no message of gigabytes"));
    sealed.put_slice(message);
    sealed.freeze()
}

/// Bytes that came, cut into messages.
#[derive(Debug, Default)]
pub(super) struct Envelopes {
    rest: BytesMut,
}

impl Envelopes {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.rest.put_slice(bytes);
    }

    /// The next whole message with its flags.
    pub(super) fn next(&mut self) -> Result<Option<(u8, Bytes)>, String> {
        let Some((head, body)) = self.rest.split_first_chunk::<5>() else { return Ok(None) };
        let [flags, length @ ..] = *head;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > MAX_MESSAGE_BYTES {
            return Err(format!("an envelope that announces {length} bytes"));
        }
        if body.len() < length {
            return Ok(None);
        }
        self.rest.advance(5);
        Ok(Some((flags, self.rest.split_to(length).freeze())))
    }

    /// How many bytes stand open.
    pub(super) fn open(&self) -> usize {
        self.rest.len()
    }
}
