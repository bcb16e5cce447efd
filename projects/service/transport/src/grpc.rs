//! What tonic doesn't do between the wire and its services: compression, message limits, timeouts.

#[cfg(feature = "connect")]
mod compress;
mod envelopes;
mod timeout;

#[cfg(feature = "connect")]
pub(crate) use compress::Compressor;
pub use envelopes::RequestBody;
pub use timeout::timeout;

/// Without connectrpc's registry of encodings nothing is compressed here: tonic's services compress by themselves.
#[cfg(not(feature = "connect"))]
#[derive(Debug)]
pub(crate) enum Compressor {}

#[cfg(not(feature = "connect"))]
impl Compressor {
    pub(crate) fn encoding(&self) -> http::HeaderValue {
        match *self {}
    }

    pub(crate) fn compress(&self, _: bytes::Bytes) -> bytes::Bytes {
        match *self {}
    }
}
