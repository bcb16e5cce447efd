//! Reads variables; an error is one line that names the variable.

use std::ffi::OsString;
use std::fmt::{self, Display};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use super::variables::{Number, Text};

/// A variable has a value that it can't have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) struct BadVariable {
    name: &'static str,
    problem: String,
}

impl BadVariable {
    /// The value may be shown.
    fn shown(name: &'static str, expected: impl Display, found: impl fmt::Debug) -> Self {
        // Debug escapes what would break the line.
        Self { name, problem: format!("expected {expected}, found {found:?}") }
    }

    /// The value is a secret, or may hold one.
    pub(super) fn hidden(name: &'static str, problem: impl Display) -> Self {
        Self { name, problem: problem.to_string() }
    }
}

impl Display for BadVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.problem)
    }
}

/// Where variables are read from.
pub(super) struct Environment<'a> {
    get: &'a dyn Fn(&str) -> Option<OsString>,
}

impl<'a> Environment<'a> {
    pub(super) fn new(get: &'a dyn Fn(&str) -> Option<OsString>) -> Self {
        Self { get }
    }

    /// A number of the variable's range.
    pub(super) fn number<T: TryFrom<u64>>(&self, variable: &Number) -> Result<T, BadVariable> {
        let Number { name, range, .. } = variable;
        let number = match (self.get)(name) {
            None => variable.default,
            Some(value) => {
                let number = value.to_str().and_then(|text| text.parse().ok());
                number.filter(|number| range.contains(number)).ok_or_else(|| {
                    let expected = format!("a number from {} to {}", range.start(), range.end());
                    BadVariable::shown(name, expected, value)
                })?
            }
        };
        Ok(T::try_from(number).ok().expect("the range of a variable fits its type"))
    }

    /// A number of which the range has no zero.
    pub(super) fn non_zero(&self, variable: &Number) -> Result<NonZeroU32, BadVariable> {
        Ok(NonZeroU32::new(self.number(variable)?).expect("the range has no zero"))
    }

    /// A number of milliseconds.
    pub(super) fn duration(&self, variable: &Number) -> Result<Duration, BadVariable> {
        Ok(Duration::from_millis(self.number(variable)?))
    }

    /// A text that isn't empty: an empty one is as good as none.
    pub(super) fn text(&self, variable: &Text) -> Result<Option<String>, BadVariable> {
        match (self.get)(variable.name).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
            Some(Err(_)) => Err(BadVariable::hidden(variable.name, "expected UTF-8")),
        }
    }

    /// The same, with the variable's default where there is none. Here an empty text is a text.
    pub(super) fn text_or_default(&self, variable: &Text) -> Result<String, BadVariable> {
        match (self.get)(variable.name).map(OsString::into_string) {
            None => Ok(variable.default.to_owned()),
            Some(Ok(text)) => Ok(text),
            Some(Err(_)) => Err(BadVariable::hidden(variable.name, "expected UTF-8")),
        }
    }

    /// An address and a port.
    pub(super) fn parsed(&self, variable: &Text) -> Result<SocketAddr, BadVariable> {
        let text = self.text_or_default(variable)?;
        let expected = "an address and a port, as in 127.0.0.1:8080";
        text.parse().map_err(|_| BadVariable::shown(variable.name, expected, text))
    }
}
