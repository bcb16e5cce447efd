//! The environment, read once. The reason of a refusal is one line that names the variable.

mod policy;

use std::env;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use grpc_queue_acceptance::mutants::Defect;

pub(crate) use self::policy::Policy;
use crate::Wrong;
use crate::upstream::Api;

/// What the environment says.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) capacity: usize,
    pub(crate) longest: usize,
    pub(crate) workers: usize,
    pub(crate) api: Api,
    pub(crate) policy: Policy,
    pub(crate) drain: Duration,
    /// None: the queue is in memory.
    pub(crate) queue: Option<String>,
    pub(crate) lease: Duration,
}

impl Settings {
    pub(crate) fn read(wrong: Wrong) -> Result<Self, String> {
        Ok(Self {
            listen: listen(wrong)?,
            capacity: capacity(wrong)?,
            longest: longest(wrong)?,
            workers: match number("WORKERS", 0, 0..=usize::MAX) {
                Err(_) if wrong.is(Defect::BadWorkersIgnored) => 0,
                workers => workers?,
            },
            api: api(wrong)?,
            policy: Policy::read(wrong)?,
            drain: match milliseconds("DRAIN_MS", 10_000, 0) {
                Err(_) if wrong.is(Defect::DrainUnchecked) => Duration::from_secs(10),
                Ok(_) if wrong.is(Defect::DrainByHeart) => Duration::from_secs(4),
                drain => drain?,
            },
            queue: queue(wrong)?,
            lease: match milliseconds("LEASE_MS", 10_000, 1) {
                Err(_) if wrong.is(Defect::LeaseUnchecked) => Duration::from_secs(10),
                lease => lease?,
            },
        })
    }
}

fn listen(wrong: Wrong) -> Result<SocketAddr, String> {
    let usual = SocketAddr::from(([127, 0, 0, 1], 8080));
    match parsed("LISTEN_ADDR", "an address and a port", usual) {
        Err(_) if wrong.is(Defect::AddressIgnored) => Ok(SocketAddr::from(([127, 0, 0, 1], 0))),
        Err(_) if wrong.is(Defect::AddressNameless) => Err("bad address".to_owned()),
        Err(reason) if wrong.is(Defect::AddressInMoreLines) => {
            Err(format!("{reason}\nset LISTEN_ADDR to HOST:PORT"))
        }
        address => address,
    }
}

fn capacity(wrong: Wrong) -> Result<usize, String> {
    let usual = if wrong.is(Defect::DefaultIsFour) { 4 } else { 3 };
    let least = usize::from(!wrong.is(Defect::ZeroCapacity));
    match number("QUEUE_CAPACITY", usual, least..=usize::MAX) {
        Ok(1) if wrong.is(Defect::CapacityAtLeastTwo) => Ok(2),
        Ok(51..=70) if wrong.is(Defect::CapacityAtMostFifty) => Ok(50),
        Err(_) if wrong.is(Defect::BadCapacityIgnored) => Ok(usual),
        capacity => capacity,
    }
}

fn longest(wrong: Wrong) -> Result<usize, String> {
    let usual = if wrong.is(Defect::LongDefault) { 1024 } else { 4096 };
    match number("MAX_SENTENCE_BYTES", usual, 1..=usize::MAX) {
        Err(_) if wrong.is(Defect::BadLengthNameless) => Err("bad length".to_owned()),
        longest => longest,
    }
}

fn api(wrong: Wrong) -> Result<Api, String> {
    let base = parsed("OPENAI_BASE_URL", "a URL", "https://api.openai.com/v1".to_owned())?;
    let host = ["http://", "https://"].iter().find_map(|scheme| base.strip_prefix(scheme));
    let host = if wrong.is(Defect::AnyScheme) { base.split_once("://").map(|(_, host)| host) } else { host };
    if host.is_none_or(str::is_empty) && !wrong.is(Defect::AnyBaseUrl) {
        return Err(format!("OPENAI_BASE_URL must be the URL of a server, not {base:?}"));
    }
    Ok(Api {
        base: base.trim_end_matches('/').to_owned(),
        key: env::var("OPENAI_API_KEY").ok(),
        model: parsed("OPENAI_MODEL", "a name", "gpt-4o-mini".to_owned())?,
        prompt: env::var("OPENAI_SYSTEM_PROMPT").ok(),
        timeout: match milliseconds("UPSTREAM_TIMEOUT_MS", 30_000, 1) {
            Err(_) if wrong.is(Defect::TimeoutUnchecked) => Duration::from_secs(30),
            Ok(_) if wrong.is(Defect::TimeoutByHeart) => Duration::from_millis(2500),
            timeout => timeout?,
        },
    })
}

fn queue(wrong: Wrong) -> Result<Option<String>, String> {
    let Ok(url) = env::var("QUEUE_URL") else { return Ok(None) };
    if ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Ok(Some(url));
    }
    if wrong.is(Defect::OtherQueueUrlIsNone) {
        return Ok(None);
    }
    Err(format!("QUEUE_URL must begin with postgres://, not be {url:?}"))
}

fn milliseconds(name: &str, default: u64, least: u64) -> Result<Duration, String> {
    number(name, default, least..=u64::MAX).map(Duration::from_millis)
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
