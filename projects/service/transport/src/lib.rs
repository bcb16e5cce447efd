//! One port that speaks gRPC and HTTP/1.1 and HTTP/2, with TLS, limits and a shutdown of its own.
//!
//! It knows no service. A [`GrpcStack`] holds two: tonic's for native gRPC, and an axum router for pages. With the
//! feature `connect`, a [`Stack`] holds connectrpc's as well, for gRPC-Web, Connect and JSON. A [`Server`] accepts
//! connections, gives each request to the right service, and bounds what a client controls. [`Tls`] says who may
//! connect; the certificate of a client is in the extensions of its requests, as a [`PeerCertificate`]. What both
//! libraries leave open is settled here, so that handlers needn't know:
//!
//! - gRPC requests with no message, with too many, or with one that is too big (`grpc/envelopes.rs`);
//! - gRPC deadlines, for whole streams (`call_guard.rs`), and compression of big replies alone (`grpc/compress.rs`);
//! - requests that don't come to an end (`call.rs`), and that outlast their reply (`inbound.rs`);
//! - a write for each reply, where one would do for many (`batch.rs`);
//! - panics, and what each protocol says about them (`call_guard.rs`, `call_failure.rs`);
//! - readers that don't read (`stream.rs` for HTTP/2, `socket.rs` for the connection);
//! - `Allow`, `Vary` and CORS (`web.rs`).

mod batch;
mod call;
mod call_failure;
mod call_guard;
mod conn_state;
mod connection;
mod grpc;
mod grpc_stack;
mod inbound;
mod reply;
mod server;
mod services;
mod settings;
mod socket;
#[cfg(feature = "connect")]
mod stack;
mod stream;
mod tls;
mod web;

pub use grpc::{RequestBody, timeout as grpc_timeout};
pub use grpc_stack::GrpcStack;
pub use server::{BindError, Drained, Server};
pub use services::Services;
pub use settings::Settings;
#[cfg(feature = "connect")]
pub use stack::Stack;
pub use tls::{PeerCertificate, Tls, TlsError, Versions};
#[cfg(feature = "connect")]
pub use web::connect;
