//! Certificate and key, from the files that the environment names.

use std::fmt::Display;
use std::fs;

use service_transport::{self as transport, Tls, TlsError};

use super::read::{BadVariable, Environment};
use super::variables::{TLS_CERT, TLS_KEY, Text};

/// Puts the server's half of TLS into the settings, where both variables are set.
pub(super) fn read(env: &Environment<'_>, settings: &mut transport::Settings) -> Result<(), BadVariable> {
    let (cert, key) = (env.text(&TLS_CERT)?, env.text(&TLS_KEY)?);
    let (cert, key) = match (cert, key) {
        (None, None) => return Ok(()),
        (Some(_), None) => return Err(BadVariable::hidden(TLS_KEY.name, "expected a file: TLS_CERT is set")),
        (None, Some(_)) => return Err(BadVariable::hidden(TLS_CERT.name, "expected a file: TLS_KEY is set")),
        (Some(cert), Some(key)) => (file(&TLS_CERT, &cert)?, file(&TLS_KEY, &key)?),
    };
    let tls = Tls { chain: &cert, key: &key, ..Tls::default() };
    settings.tls = Some(tls.config().map_err(|error| {
        let variable = if matches!(error, TlsError::Key(_)) { &TLS_KEY } else { &TLS_CERT };
        BadVariable::hidden(variable.name, chain(&error))
    })?);
    Ok(())
}

fn file(variable: &Text, path: &str) -> Result<Vec<u8>, BadVariable> {
    fs::read(path)
        .map_err(|error| BadVariable::hidden(variable.name, format!("failed to read {path:?}: {error}")))
}

/// An error and its causes in one line.
fn chain(error: &dyn std::error::Error) -> impl Display {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
