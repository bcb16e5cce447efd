//! Finds the real services for a test: an address in the environment first, then a container of its own, else
//! "skipped" with the reason.
//!
//! Knows nothing of the compose file: that one is proved by this crate's tests. Nothing here decides what a missing
//! service means; the caller gets [`Unavailable`] and reports it.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let postgres = services::postgres().await?;
//! let one: i32 = sqlx::query_scalar("SELECT 1").fetch_one(postgres.pool()).await?;
//! assert_eq!(one, 1);
//! # Ok(())
//! # }
//! ```

mod docker;
mod image;
mod localstack;
mod postgres;
mod unavailable;

pub use image::{Image, ImageError};
pub use localstack::{LocalStack, localstack, s3_client};
pub use postgres::{Postgres, postgres};
pub use unavailable::{Source, Unavailable};

pub use needs::{AWS_ENDPOINT_URL, DATABASE_URL};
