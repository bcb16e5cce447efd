//! A scripted, recording fake of a service that speaks HTTP/1.1, HTTP/2 and WebSocket, without TLS.
//!
//! A [`FakeServer`] runs on a thread of its own until it is dropped, so that blocking tests and tests on any runtime use
//! it alike. Every call is recorded as a [`Call`] and answered by the script, a closure from the call to a reply. A reply
//! may come late, break off, stall, or be held until the test releases it; what becomes of a call is its [`Fate`]. A
//! client that disconnects before it has its reply is noticed at once, also while the call is held.
//!
//! What is specific to one service is its [`Service`]: which requests are calls, what they hold, and how its own replies
//! become [`Response`]s. [`Plain`] is the service that takes every request for a call.
//!
//! ```
//! use std::{io::{Read, Write}, net::TcpStream};
//! use suite_kit::fake::{FakeServer, Plain, Response};
//!
//! let fake = FakeServer::<Plain>::start(|call| match call.attempt {
//!     1 => Response::status(503).header("retry-after", 1),
//!     _ => Response::text("hello"),
//! })?;
//! for expected in ["HTTP/1.1 503", "HTTP/1.1 200"] {
//!     let mut client = TcpStream::connect(fake.address())?;
//!     client.write_all(b"GET /greeting HTTP/1.1\r\nhost: fake\r\nconnection: close\r\n\r\n")?;
//!     let mut answered = String::new();
//!     client.read_to_string(&mut answered)?;
//!     assert!(answered.starts_with(expected));
//! }
//! assert_eq!(fake.calls()[1].path, "/greeting");
//! # Ok::<(), std::io::Error>(())
//! ```

mod call;
mod handler;
mod ledger;
mod payload;
mod response;
mod server;
mod service;
#[cfg(feature = "websocket")]
mod websocket;

pub use self::call::{Call, Fate};
pub use self::ledger::Overdue;
pub use self::response::{Response, in_turn};
pub use self::server::{Builder, FakeServer};
pub use self::service::{Plain, Received, Refusal, Service};
#[cfg(feature = "websocket")]
pub use self::websocket::{Frame, Step, WebSocket};
