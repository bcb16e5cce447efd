//! The generated messages: prost's for what is decided, buffa's for what connectrpc reads and writes.

/// Messages for prost.
#[expect(
    unreachable_pub,
    clippy::allow_attributes,
    reason = "generated; and an expectation of dead code brings it to life"
)]
#[allow(dead_code, reason = "not every message is decoded under its own name")]
pub(crate) mod prost {
    include!(concat!(env!("OUT_DIR"), "/prost/connectrpc.conformance.v1.rs"));
}

#[expect(
    elided_lifetimes_in_paths,
    missing_debug_implementations,
    unreachable_pub,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::too_many_lines,
    reason = "generated"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/connect/all.rs"));
}

/// Messages for buffa, with connectrpc's service.
pub(crate) use generated::connectrpc::conformance::v1 as connect;
