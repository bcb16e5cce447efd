//! One port that speaks gRPC, gRPC-Web and Connect over HTTP/1.1 and HTTP/2, with limits and a shutdown of its own.
//!
//! It knows no service. A [`Stack`] holds three: one of tonic's for native gRPC, one of connectrpc's for every other
//! protocol, and an axum router for pages. A [`Server`] accepts connections, gives each request to the right one, and
//! bounds what a stranger controls. What both libraries leave open is mended here, so that handlers needn't know:
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
mod inbound;
mod reply;
mod server;
mod settings;
mod socket;
mod stack;
mod stream;
mod tls;
mod web;

pub use grpc::{RequestBody, timeout as grpc_timeout};
pub use server::{BindError, Drained, Server};
pub use settings::Settings;
pub use stack::Stack;
pub use tls::{TlsError, tls};
pub use web::connect;
