//! A model behind an OpenAI-compatible API: retries, rate limit, circuit breaker. Knows nothing of queues but the
//! trait [`Model`](grpc_queue::Model), which [`Upstream`] implements.
//!
//! ```
//! use grpc_queue::{Ask, Model};
//! use grpc_queue_upstream::{ApiKey, Config, Upstream};
//! use fake_openai::{Reply, FakeOpenAi};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let api = FakeOpenAi::start(|call| match call.attempt {
//!     1 => Reply::status(503).header("retry-after-ms", 20),
//!     _ => Reply::answer("Do go on."),
//! })?;
//! let mut config = Config::new(api.base_url().parse()?);
//! config.key = Some(ApiKey::new("sk-secret")?);
//! let model = Upstream::new(config, ())?;
//!
//! let permit = model.permit().await;
//! let ask = Ask { id: "b5a1".to_owned(), sentence: "I feel happy.".to_owned() };
//! assert_eq!(model.answer(permit, ask).await?, "Do go on.");
//! assert_eq!(api.total(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! In which order to read: `upstream`, then what it puts together: `attempt`, `backoff`, `limiter`, `breaker`.

mod advice;
mod attempt;
mod backoff;
mod breaker;
mod config;
mod events;
mod limiter;
mod observer;
mod upstream;
mod wire;

pub use attempt::Outcome;
pub use breaker::{BreakerState, Permit};
pub use config::{ApiKey, BadApiKey, BadBaseUrl, BaseUrl, Config};
pub use observer::Observer;
pub use upstream::{Unusable, Upstream};
