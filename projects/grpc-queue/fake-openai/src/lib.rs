//! A scripted fake of an OpenAI-compatible chat completion API: `POST /v1/chat/completions`, over HTTP/1.1 and
//! HTTP/2 without TLS. Built on the suite kit's fake.
//!
//! A [`FakeOpenAi`] runs on a thread of its own until it is dropped, so that blocking tests and tests on any runtime use
//! it alike. Every call is recorded as a [`Call`] and answered by the script, a closure from the call to a [`Reply`]:
//! an answer, a status, a connection that breaks, silence. A reply may come late ([`Reply::after`]) or be
//! [`Reply::held`] until the test [releases](suite_kit::fake::Call::release) it. How a call ended is in
//! [`Call::fate`](suite_kit::fake::Call::fate). A client that disconnects before it has its reply is noticed at once,
//! also while the call is held.
//!
//! [`Eliza`] is the script of a model for people: it answers, takes its time and fails now and then.
//!
//! ```
//! use std::{io::{Read, Write}, net::TcpStream, time::Duration};
//! use fake_openai::{Fate, Reply, FakeOpenAi};
//!
//! // The first attempt at each sentence is refused for now, the second waits for the test.
//! let model = FakeOpenAi::start(|call| match call.attempt {
//!     1 => Reply::status(429).header("retry-after-ms", 20),
//!     _ => Reply::held(),
//! })?;
//! assert!(model.base_url().ends_with("/v1"));
//!
//! # fn send(address: std::net::SocketAddr) -> std::io::Result<TcpStream> {
//! #     let mut client = TcpStream::connect(address)?;
//! #     let body = r#"{"model": "m", "messages": [{"role": "user", "content": "I feel happy."}]}"#;
//! #     write!(client, "POST /v1/chat/completions HTTP/1.1\r\nhost: model\r\nconnection: close\r\n")?;
//! #     write!(client, "content-length: {}\r\n\r\n{body}", body.len())?;
//! #     Ok(client)
//! # }
//! let mut refused = String::new();
//! send(model.address())?.read_to_string(&mut refused)?;
//! assert!(refused.starts_with("HTTP/1.1 429"));
//!
//! let mut client = send(model.address())?;
//! let calls = model.wait_for(Duration::from_secs(5), |calls| calls.len() == 2)?;
//! assert_eq!(calls[1].sentence(), Some("I feel happy."));
//! assert_eq!(calls[1].fate(), Fate::Open);
//! calls[1].release(Reply::answer("How long have you been happy?"));
//!
//! let mut answered = String::new();
//! client.read_to_string(&mut answered)?;
//! assert!(answered.contains("How long have you been happy?"));
//! assert_eq!(model.peak(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod completion;
mod eliza;
mod reply;
mod server;
mod service;

pub use suite_kit::fake::Fate;

pub use completion::Completion;
pub use eliza::{Eliza, Fault};
pub use reply::{Reply, in_turn};
pub use server::{Builder, FakeOpenAi};
pub use service::OpenAi;

/// One call of the model. Clones are handles to the same call; it dereferences to its [`Completion`].
pub type Call = suite_kit::fake::Call<OpenAi>;

/// What was waited for didn't come about in time.
pub type Overdue = suite_kit::fake::Overdue<OpenAi>;
