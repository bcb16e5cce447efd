//! Generated messages and services of the Eliza service, for tonic and for connectrpc.
//!
//! Two sets of types for one wire: the feature `tonic` gives [`prost`], the feature `connect` gives [`connect`].
//! Neither leads into the other, so that a client of the one is an independent witness of a server of the other.

/// The descriptors of the service and all that it imports, with comments: what reflection serves.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/eliza.bin"));

/// Messages for prost, with tonic's client and server.
#[cfg(feature = "tonic")]
pub mod prost {
    include!(concat!(env!("OUT_DIR"), "/tonic/connectrpc.eliza.v1.rs"));
}

#[cfg(feature = "connect")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/connect/all.rs"));
}

/// Messages for buffa, with connectrpc's client and server.
#[cfg(feature = "connect")]
pub mod connect {
    pub use crate::generated::connectrpc::eliza::v1::*;
}
