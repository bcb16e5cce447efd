//! The commands, and what they share: turning options into a query, inputs and a format.

pub(crate) mod count;
pub(crate) mod detect;
pub(crate) mod explain;
pub(crate) mod formats;
pub(crate) mod generate;
mod rejects;
mod run;
mod time;
pub(crate) mod top;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::PathBuf;

use log_parser::format::{Format, by_name, detect};
use log_parser::{
    Bots, Cidr, Filters, GroupBy, Input, Normalization, PathPattern, Pattern, Query, Ranges, StatusRange,
    sample,
};

use crate::args::{self, ExclusionArgs, FilterArgs};
use crate::error::CliError;

/// The inputs that a list of files means. Standard input is one, however often it is named: it is read to
/// its end the first time.
fn inputs(files: &[PathBuf]) -> Vec<Input> {
    if files.is_empty() {
        return vec![Input::Stdin];
    }
    let mut stdin_is_named = false;
    let input = |path: &PathBuf| match path.as_os_str().as_encoded_bytes() {
        b"-" | b"/dev/stdin" | b"/dev/fd/0" | b"/proc/self/fd/0" => {
            (!std::mem::replace(&mut stdin_is_named, true)).then_some(Input::Stdin)
        }
        _ => Some(Input::Path(path.clone())),
    };
    files.iter().filter_map(input).collect()
}

/// The format of a name or string; for `auto`, what all files look like. Files without a line look like any.
fn format(name: &str, inputs: &mut [Input]) -> Result<Box<dyn Format>, CliError> {
    if name != "auto" {
        return Ok(by_name(name)?);
    }
    let mut known: Option<(Box<dyn Format>, String)> = None;
    for (at, input) in inputs.iter_mut().enumerate() {
        // Pipes behind the first input are read in their turn only.
        if at > 0 && input.size().is_none() {
            continue;
        }
        let (lines, again) = sample(std::mem::replace(input, Input::Stdin))?;
        *input = again;
        if lines.is_empty() {
            continue;
        }
        let file = input.name();
        let found = detect(&lines).format.ok_or_else(|| CliError::Undetected { file: file.clone() })?;
        match &known {
            None => known = Some((found, file)),
            Some((format, _)) if format.name() == found.name() => {}
            Some((format, first)) => {
                let formats = [format.name(), found.name()];
                return Err(CliError::Mixed { files: [first.clone(), file], formats });
            }
        }
    }
    known.map_or_else(|| Ok(by_name("combined")?), |(format, _)| Ok(format))
}

/// The request to look for.
fn request(text: &OsStr, pattern: bool) -> Result<Pattern, CliError> {
    let bytes = text.as_encoded_bytes();
    Ok(if pattern { Pattern::with_wildcards(bytes)? } else { Pattern::exact(bytes)? })
}

impl ExclusionArgs {
    /// A query that leaves out whom the options say and keeps what the filters let through.
    pub(crate) fn query(&self, which: &FilterArgs) -> Result<Query, CliError> {
        Ok(Query {
            request: None,
            filters: which.filters()?,
            normalization: Normalization {
                decode: which.decode,
                ignore_case: which.ignore_case,
                ignore_slash: which.ignore_trailing_slash,
            },
            own: ranges("--exclude-own", &self.exclude_own)?,
            trusted: ranges("--trusted-proxy", &self.trusted_proxy)?,
            bots: self.bots()?,
        })
    }

    fn bots(&self) -> Result<Option<Bots>, CliError> {
        let Some(path) = &self.bots else { return Ok(self.exclude_bots.then(Bots::built_in)) };
        let bytes = fs::read(path).map_err(|source| CliError::BotsFile { path: path.clone(), source })?;
        let list = Bots::from_list(&bytes);
        list.map(Some).map_err(|source| CliError::BotsList { path: path.clone(), source })
    }
}

impl FilterArgs {
    fn filters(&self) -> Result<Filters, CliError> {
        let pattern = |text: &OsString| {
            let refused = || CliError::PathPattern { text: text.clone() };
            PathPattern::new(text.as_encoded_bytes()).ok_or_else(refused)
        };
        let moment = |option, text: &Option<String>| {
            text.as_deref().map(|text| time::micros(option, text)).transpose()
        };
        let status = |text: &String| StatusRange::parse(text.trim());
        let (since, until) = (moment("--since", &self.since)?, moment("--until", &self.until)?);
        if let (Some(_), Some(_)) = (since, until)
            && since >= until
        {
            let text = |option: &Option<String>| option.clone().unwrap_or_default();
            return Err(CliError::EmptyPeriod { since: text(&self.since), until: text(&self.until) });
        }
        Ok(Filters {
            statuses: self.status.iter().map(status).collect::<Result<_, _>>()?,
            methods: self.method.iter().map(|text| method(text)).collect::<Result<_, _>>()?,
            paths: self.path.iter().map(pattern).collect::<Result<_, _>>()?,
            hosts: self.host.iter().map(|text| host(text)).collect::<Result<_, _>>()?,
            since,
            until,
        })
    }
}

/// A method, without the spaces that people leave around commas. Its case is the user's.
fn method(text: &str) -> Result<Vec<u8>, CliError> {
    let method = text.trim();
    // A request is checked for just that; any path will do.
    match Pattern::exact(format!("{method} /").as_bytes()) {
        Ok(_) => Ok(method.as_bytes().to_vec()),
        Err(_) => Err(CliError::Method { text: text.to_owned() }),
    }
}

/// A host; the colons of an IPv6 address are no port.
fn host(text: &str) -> Result<Vec<u8>, CliError> {
    let port = text.rsplit_once(':').filter(|(before, _)| before.ends_with(']') || !before.contains(':'));
    match port {
        Some(_) => Err(CliError::HostPort { text: text.to_owned() }),
        None => Ok(text.as_bytes().to_vec()),
    }
}

fn ranges(option: &'static str, texts: &[OsString]) -> Result<Ranges, CliError> {
    let cidr = |text: &OsString| {
        let not_text = || CliError::NotText { option, text: text.clone() };
        let text = text.to_str().ok_or_else(not_text)?;
        Cidr::parse(text).map_err(|source| CliError::Cidr { option, source })
    };
    texts.iter().map(cidr).collect()
}

impl From<args::GroupBy> for GroupBy {
    fn from(by: args::GroupBy) -> Self {
        match by {
            args::GroupBy::Hour => Self::Hour,
            args::GroupBy::Day => Self::Day,
            args::GroupBy::Path => Self::Path,
            args::GroupBy::Status => Self::Status,
            args::GroupBy::Method => Self::Method,
            args::GroupBy::Client => Self::Client,
            args::GroupBy::Agent => Self::Agent,
        }
    }
}
