//! The environment, read once. The reason of a refusal is one line that names the variable.

use std::env;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::Wrong;

/// What the environment says.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) capacity: usize,
    pub(crate) longest: usize,
    pub(crate) workers: usize,
}

impl Settings {
    pub(crate) fn read(_wrong: Wrong) -> Result<Self, String> {
        Ok(Self {
            listen: parsed("LISTEN_ADDR", "an address and a port", SocketAddr::from(([127, 0, 0, 1], 8080)))?,
            capacity: number("QUEUE_CAPACITY", 3, 1..=usize::MAX)?,
            longest: number("MAX_SENTENCE_BYTES", 4096, 1..=usize::MAX)?,
            workers: number("WORKERS", 0, 0..=usize::MAX)?,
        })
    }
}

fn number<T: FromStr + PartialOrd + Copy>(
    name: &str,
    default: T,
    range: RangeInclusive<T>,
) -> Result<T, String> {
    let number = parsed(name, "a number", default)?;
    if range.contains(&number) { Ok(number) } else { Err(format!("{name} is out of range")) }
}

fn parsed<T: FromStr>(name: &str, what: &str, default: T) -> Result<T, String> {
    match env::var(name) {
        Ok(value) => value.parse().map_err(|_| format!("{name} must be {what}, not {value:?}")),
        Err(env::VarError::NotPresent) => Ok(default),
        Err(error) => Err(format!("{name} can't be read: {error}")),
    }
}
