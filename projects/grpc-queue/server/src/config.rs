//! The program's settings: read from the environment once, into durations and types that can't be wrong.

mod read;
mod tls;
mod variables;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use grpc_queue::Limits;
use grpc_queue_postgres::Address;
use grpc_queue_upstream as upstream;
use service_transport as transport;

pub(crate) use read::BadVariable;
use read::Environment;
use variables as v;
pub(crate) use variables::help;

/// The settings of the server, from the environment.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) queue: Queue,
    /// How many sentences are answered at once.
    pub(crate) workers: usize,
    pub(crate) limits: Limits,
    pub(crate) upstream: upstream::Config,
    /// Timeout for a shutdown.
    pub(crate) drain: Duration,
    pub(crate) transport: transport::Settings,
    /// Where traces are sent.
    pub(crate) traces: Option<String>,
}

/// Where sentences wait, and how many may.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) capacity: usize,
    /// Without it they wait in memory.
    pub(crate) durable: Option<Durable>,
}

/// A queue that outlives the process.
#[derive(Clone, Debug)]
pub(crate) struct Durable {
    /// The database. Its password is never shown.
    pub(crate) address: Address,
    /// Lease: without a heartbeat for this long, a worker's sentence goes to another.
    pub(crate) lease: Duration,
    /// A conversation without a stream is kept so long.
    pub(crate) keep: Duration,
}

/// Beyond the sentence, a message has a tag and a length, and in JSON quotes and escapes.
const MESSAGE_OVERHEAD: usize = 1024;

impl Config {
    /// Reads the settings from what `get` says of a variable.
    pub(crate) fn read(get: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, BadVariable> {
        let env = Environment::new(get);
        let capacity = env.number(&v::QUEUE_CAPACITY)?;
        let durable = durable(&env)?;
        // A wrong value is refused, whether the variable matters or not.
        env.number::<u64>(&v::LEASE_MS)?;
        env.number::<u64>(&v::CONVERSATION_TTL_MS)?;
        let workers = env.number(&v::WORKERS)?;
        let limits = Limits {
            sentence_bytes: env.number(&v::MAX_SENTENCE_BYTES)?,
            sentences_per_second: env.number(&v::SENTENCES_PER_SECOND)?,
            idle: env.duration(&v::IDLE_TIMEOUT_MS)?,
            answered: workers > 0 || durable.is_some(),
        };
        Ok(Self {
            listen: env.parsed(&v::LISTEN_ADDR)?,
            queue: Queue { capacity, durable },
            workers,
            upstream: upstream_config(&env)?,
            drain: env.duration(&v::DRAIN_MS)?,
            transport: transport_settings(&env, limits.sentence_bytes)?,
            traces: traces(&env)?,
            limits,
        })
    }
}

fn durable(env: &Environment<'_>) -> Result<Option<Durable>, BadVariable> {
    let Some(url) = env.text(&v::QUEUE_URL)? else { return Ok(None) };
    // Not shown: there may be a password in it.
    let address = url.parse().map_err(|error| BadVariable::hidden(v::QUEUE_URL.name, error))?;
    let (lease, keep) = (env.duration(&v::LEASE_MS)?, env.duration(&v::CONVERSATION_TTL_MS)?);
    Ok(Some(Durable { address, lease, keep }))
}

fn upstream_config(env: &Environment<'_>) -> Result<upstream::Config, BadVariable> {
    let url = env.text_or_default(&v::OPENAI_BASE_URL)?;
    let base_url = url.parse().map_err(|error| BadVariable::hidden(v::OPENAI_BASE_URL.name, error))?;
    let key = match env.text(&v::OPENAI_API_KEY)? {
        Some(key) => Some(
            upstream::ApiKey::new(&key)
                .map_err(|error| BadVariable::hidden(v::OPENAI_API_KEY.name, error))?,
        ),
        None => None,
    };
    let mut config = upstream::Config::new(base_url);
    config.key = key;
    config.model = env.text_or_default(&v::OPENAI_MODEL)?;
    config.system_prompt = env.text(&v::OPENAI_SYSTEM_PROMPT)?;
    config.timeout = env.duration(&v::UPSTREAM_TIMEOUT_MS)?;
    config.attempts = env.non_zero(&v::RETRY_ATTEMPTS)?;
    config.retry_base = env.duration(&v::RETRY_BASE_MS)?;
    config.calls_per_minute = NonZeroU32::new(env.number(&v::RATE_LIMIT_PER_MINUTE)?);
    config.breaker_failures = env.non_zero(&v::BREAKER_FAILURES)?;
    config.breaker_open = env.duration(&v::BREAKER_OPEN_MS)?;
    Ok(config)
}

fn traces(env: &Environment<'_>) -> Result<Option<String>, BadVariable> {
    let variable = &v::OTEL_EXPORTER_OTLP_ENDPOINT;
    let endpoint = env.text(variable)?;
    let fits = |url: &String| {
        let url = url.parse::<http::Uri>();
        url.is_ok_and(|url| matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some())
    };
    if endpoint.as_ref().is_none_or(fits) {
        return Ok(endpoint);
    }
    Err(BadVariable::hidden(variable.name, "expected a URL that begins with http:// or https://"))
}

fn transport_settings(env: &Environment<'_>, sentence: usize) -> Result<transport::Settings, BadVariable> {
    // JSON may write a byte as six: \u0001.
    let least = sentence.saturating_mul(6).saturating_add(MESSAGE_OVERHEAD);
    let mut settings = transport::Settings {
        connections: env.number(&v::MAX_CONNECTIONS)?,
        streams: env.number(&v::MAX_STREAMS_PER_CONNECTION)?,
        header_bytes: env.number(&v::MAX_HEADER_BYTES)?,
        message_bytes: env.number::<usize>(&v::MAX_MESSAGE_BYTES)?.max(least),
        write: env.duration(&v::WRITE_TIMEOUT_MS)?,
        ..transport::Settings::default()
    };
    tls::read(env, &mut settings)?;
    Ok(settings)
}

#[cfg(test)]
mod tests;
