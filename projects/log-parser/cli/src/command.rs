//! The commands, and what they share: turning options into a query.

pub(crate) mod count;

use std::ffi::OsString;
use std::fs;

use log_parser::{Bots, Cidr, Input, Query, Ranges};

use crate::args::{Sources, Who};
use crate::problem::Problem;

impl Sources {
    pub(crate) fn inputs(&self) -> Vec<Input> {
        if self.files.is_empty() {
            return vec![Input::Stdin];
        }
        let input = |path: &std::path::PathBuf| match path.as_os_str().as_encoded_bytes() {
            b"-" => Input::Stdin,
            _ => Input::Path(path.clone()),
        };
        self.files.iter().map(input).collect()
    }
}

impl Who {
    /// A query that leaves out whom the options say, and asks for nothing else yet.
    pub(crate) fn query(&self) -> Result<Query, Problem> {
        Ok(Query {
            own: ranges("--exclude-own", &self.exclude_own)?,
            trusted: ranges("--trusted-proxy", &self.trusted_proxy)?,
            bots: self.bots()?,
            ..Query::default()
        })
    }

    fn bots(&self) -> Result<Option<Bots>, Problem> {
        let Some(path) = &self.bots else { return Ok(self.exclude_bots.then(Bots::ours)) };
        let bytes = fs::read(path).map_err(|source| Problem::BotsFile { path: path.clone(), source })?;
        let list = Bots::from_list(&bytes);
        list.map(Some).map_err(|source| Problem::BotsList { path: path.clone(), source })
    }
}

fn ranges(option: &'static str, texts: &[OsString]) -> Result<Ranges, Problem> {
    let cidr = |text: &OsString| {
        let not_text = || Problem::NotText { option, text: text.clone() };
        let text = text.to_str().ok_or_else(not_text)?;
        Cidr::parse(text).map_err(|source| Problem::Cidr { option, source })
    };
    texts.iter().map(cidr).collect()
}
