//! What tonic leaves open between the wire and its services.

mod compress;
mod envelopes;
mod timeout;

pub(crate) use compress::Compressor;
pub use envelopes::RequestBody;
pub use timeout::timeout;
