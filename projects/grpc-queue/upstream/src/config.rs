//! The configuration of the model's client: parsed once, in types that can't be wrong.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;

/// All settings. [`Config::new`] has the defaults of the brief.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the API is.
    pub base_url: BaseUrl,
    /// The key to it, sent as a bearer token.
    pub key: Option<ApiKey>,
    /// The model to ask.
    pub model: String,
    /// The system message, which the model gets first.
    pub system_prompt: Option<String>,
    /// Timeout for one call, its reply included; for a stream, the timeout between two events.
    pub timeout: Duration,
    /// Whether the answer is asked for as a stream of events, so that a long one isn't cut by the timeout. It is handed
    /// on as a whole all the same.
    pub stream: bool,
    /// Maximum number of attempts at a sentence.
    pub attempts: NonZeroU32,
    /// The wait before the second attempt; it doubles before each further one.
    pub retry_base: Duration,
    /// Maximum number of calls that begin in a minute; `None`: no limit.
    pub calls_per_minute: Option<NonZeroU32>,
    /// Number of failed calls in a row that open the breaker.
    pub breaker_failures: NonZeroU32,
    /// Open time of the breaker.
    pub breaker_open: Duration,
}

impl Config {
    /// The defaults of the brief, for the API at this address.
    pub fn new(base_url: BaseUrl) -> Self {
        const THREE: NonZeroU32 = NonZeroU32::new(3).expect("three isn't zero");
        const FIVE: NonZeroU32 = NonZeroU32::new(5).expect("five isn't zero");
        Self {
            base_url,
            key: None,
            model: "gpt-4o-mini".to_owned(),
            system_prompt: None,
            timeout: Duration::from_secs(30),
            stream: false,
            attempts: THREE,
            retry_base: Duration::from_millis(500),
            calls_per_minute: None,
            breaker_failures: FIVE,
            breaker_open: Duration::from_secs(10),
        }
    }
}

/// The address of an API, as in `https://api.openai.com/v1`, with or without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// Why a text is no [`BaseUrl`]. Says nothing of the text, which might hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadBaseUrl {
    /// It can't be read, or has another scheme.
    #[error("expected a URL that begins with http:// or https://")]
    NotHttp,
    /// A name or a password is before the host.
    #[error("expected a URL without a user and a password")]
    HasUser,
    /// Nothing can be appended to it.
    #[error("expected a URL without ? and #")]
    HasQuery,
}

impl BaseUrl {
    /// Where completions are asked for.
    pub(crate) fn completions(&self) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/chat/completions", self.0.path().trim_end_matches('/')));
        url
    }

    /// Whether it is this machine, for which no proxy is asked.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default();
        let address = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || address.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
    }
}

impl FromStr for BaseUrl {
    type Err = BadBaseUrl;

    fn from_str(text: &str) -> Result<Self, BadBaseUrl> {
        let url = Url::parse(text.trim()).map_err(|_| BadBaseUrl::NotHttp)?;
        // Of these two schemes a URL always has a host.
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BadBaseUrl::NotHttp);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadBaseUrl::HasUser);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BadBaseUrl::HasQuery);
        }
        Ok(Self(url))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The key to the API. It is never shown, not even by `Debug`.
#[derive(Clone)]
pub struct ApiKey(HeaderValue);

/// The key has characters that no header can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected visible ASCII characters")]
pub struct BadApiKey;

impl ApiKey {
    /// Takes a key, without the blanks around it.
    ///
    /// # Errors
    ///
    /// When it is empty, or has characters other than visible ASCII.
    pub fn new(key: &str) -> Result<Self, BadApiKey> {
        let key = key.trim();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadApiKey);
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| BadApiKey)?;
        header.set_sensitive(true);
        Ok(Self(header))
    }

    /// The value of the `Authorization` header.
    pub(crate) fn authorization(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn completions(base: &str, expected: &str) {
        assert_eq!(base.parse::<BaseUrl>().unwrap().completions().as_str(), expected);
    }

    #[test]
    fn completions_are_below_the_base() {
        completions("https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions");
        completions("http://127.0.0.1:1234/v1/", "http://127.0.0.1:1234/v1/chat/completions");
        completions("http://[::1]:80", "http://[::1]/chat/completions");
        completions(" https://host/a%20b ", "https://host/a%20b/chat/completions");
    }

    #[test]
    fn refuses_what_is_no_base() {
        for (text, error) in [
            ("", BadBaseUrl::NotHttp),
            ("api.openai.com/v1", BadBaseUrl::NotHttp),
            ("localhost:8080/v1", BadBaseUrl::NotHttp),
            ("ftp://host/v1", BadBaseUrl::NotHttp),
            ("http://", BadBaseUrl::NotHttp),
            ("https://me:secret@host/v1", BadBaseUrl::HasUser),
            ("https://host/v1?key=secret", BadBaseUrl::HasQuery),
            ("https://host/v1#there", BadBaseUrl::HasQuery),
        ] {
            assert_eq!(text.parse::<BaseUrl>(), Err(error), "{text}");
        }
    }

    #[test]
    fn knows_this_machine() {
        for (base, here) in [
            ("http://localhost:1/v1", true),
            ("http://127.1.2.3/v1", true),
            ("http://[::1]:1/v1", true),
            ("http://localhost.example/v1", false),
            ("http://10.0.0.1/v1", false),
        ] {
            assert_eq!(base.parse::<BaseUrl>().unwrap().is_loopback(), here, "{base}");
        }
    }

    #[test]
    fn a_key_is_never_shown() {
        let mut config = Config::new("http://host".parse().unwrap());
        config.key = Some(ApiKey::new(" sk-hidden\n").unwrap());
        assert!(!format!("{config:?}").contains("hidden"));
        let header = config.key.unwrap().authorization();
        assert_eq!(header, "Bearer sk-hidden");
        assert!(!format!("{header:?}").contains("hidden"));
    }

    #[test]
    fn refuses_a_key_that_no_header_can_carry() {
        for key in ["", "  ", "a b", "a\nb", "schlüssel"] {
            assert!(ApiKey::new(key).is_err(), "{key:?}");
        }
    }
}
