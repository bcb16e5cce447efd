//! Compression of replies over gRPC: of big messages alone, since a small one grows and costs time.
//!
//! tonic compresses all messages of a stream or none, so its services must have no encoding to send; those that they
//! accept are theirs to set.

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use connectrpc::{CompressionProvider, CompressionRegistry};
use http::{HeaderMap, HeaderName, HeaderValue};

const HEAD: usize = 5;

static ACCEPTED: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// Compresses the messages of one reply.
pub(crate) struct Compressor {
    provider: Arc<dyn CompressionProvider>,
    from: usize,
}

impl Compressor {
    /// The compressor for a client that can read what it makes, if there is one.
    pub(crate) fn for_client(
        headers: &HeaderMap,
        encodings: &CompressionRegistry,
        from: usize,
    ) -> Option<Self> {
        let accepted = headers.get(&ACCEPTED)?.to_str().ok()?;
        let provider = accepted.split(',').find_map(|encoding| encodings.get(encoding.trim()))?;
        Some(Self { provider, from })
    }

    /// The value of the header `grpc-encoding` for what this makes.
    pub(crate) fn encoding(&self) -> HeaderValue {
        HeaderValue::from_static(self.provider.name())
    }

    /// Compresses what is big enough in `data`, which must hold whole envelopes, as tonic's frames do.
    pub(crate) fn compress(&self, data: Bytes) -> Bytes {
        if data.len() < HEAD + self.from {
            return data;
        }
        let mut compressed = BytesMut::with_capacity(data.len());
        let mut rest = data;
        while let Some((&[flags, a, b, c, d], _)) = rest.split_first_chunk::<HEAD>() {
            let length = u32::from_be_bytes([a, b, c, d]);
            let end = usize::try_from(length).map_or(usize::MAX, |length| length.saturating_add(HEAD));
            if end > rest.len() {
                break;
            }
            let envelope = rest.split_to(end);
            match self.smaller(flags, &envelope[HEAD..]) {
                Some(payload) => put(&mut compressed, &payload),
                None => compressed.put_slice(&envelope),
            }
        }
        compressed.put_slice(&rest);
        compressed.freeze()
    }

    /// The compressed payload, where that is worth it.
    fn smaller(&self, flags: u8, payload: &[u8]) -> Option<Bytes> {
        if flags != 0 || payload.len() < self.from {
            return None;
        }
        let compressed = self.provider.compress(payload).ok()?;
        (compressed.len() < payload.len()).then_some(compressed)
    }
}

fn put(buffer: &mut BytesMut, payload: &[u8]) {
    let length = u32::try_from(payload.len()).expect("it is smaller than a payload whose length is a u32");
    buffer.put_u8(1);
    buffer.put_u32(length);
    buffer.put_slice(payload);
}
