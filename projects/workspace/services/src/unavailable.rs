//! The source of a service, and the reason why there is none.

use std::fmt;
use std::time::Duration;

/// Where a service came from: tests print it, so that a reader knows what was proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The address in this environment variable.
    Environment(&'static str),
    /// A container of this image, started for the test and removed with it.
    Container(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(variable) => write!(f, "the address in {variable}"),
            Self::Container(image) => write!(f, "a container of {image}"),
        }
    }
}

/// Why a service could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// The machine has neither an address nor Docker: nothing was tried, nothing is proved.
    #[error("skipped: {variable} is not set and {reason}")]
    Skipped {
        /// The variable that would have given the address.
        variable: &'static str,
        /// What Docker lacks, as a clause.
        reason: String,
    },
    /// The image's name in the environment can't be read.
    #[error("failed to read the image's name")]
    Image(#[from] crate::ImageError),
    /// Docker answers, but the container did not start.
    #[error("failed to start a container of {image}")]
    Container {
        /// The image as it was asked for.
        image: String,
        /// What Docker said.
        #[source]
        source: testcontainers::TestcontainersError,
    },
    /// The service is there and did not answer in time.
    #[error("failed to get an answer at {address} within {} s", deadline.as_secs())]
    NoAnswer {
        /// Where it should have been, without a password.
        address: String,
        /// How long it was waited for.
        deadline: Duration,
        /// What the last attempt met.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
