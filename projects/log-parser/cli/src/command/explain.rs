//! `explain`: why lines are counted or left out.

use std::ffi::OsString;
use std::io::{self, Write};

use log_parser::format::Format;
use log_parser::{Explanation, Input, Query, check, each_line, show};

use crate::args::{self, Explain};
use crate::error::CliError;

/// Says for each line what becomes of it, and why.
pub(crate) fn run(arguments: &Explain, output: &mut impl Write) -> Result<(), CliError> {
    let mut query = arguments.who.query(&arguments.which)?;
    query.request = Some(super::request(&arguments.request, arguments.pattern)?);
    let query = query.normalized();
    let mut inputs = if arguments.line.is_empty() {
        super::inputs(&arguments.files)
    } else {
        vec![typed(&arguments.line)]
    };
    check(&inputs)?;
    let format = super::format(&arguments.format, &mut inputs)?;
    let names: Vec<String> = inputs.iter().map(Input::name).collect();
    let mut explainer =
        Explainer { query: &query, format: &*format, successor: None, only: &arguments.only, place: (0, 0) };
    let done = each_line(inputs, |input, line| explainer.line(&names, input, line, output))?;
    done.map_err(CliError::Output)
}

/// The lines of the command line, as an input.
fn typed(lines: &[OsString]) -> Input {
    let mut bytes = Vec::new();
    for line in lines {
        bytes.extend_from_slice(line.as_encoded_bytes());
        bytes.push(b'\n');
    }
    Input::Stream { name: "--line".to_owned(), reader: Box::new(io::Cursor::new(bytes)) }
}

struct Explainer<'e> {
    query: &'e Query,
    format: &'e dyn Format,
    successor: Option<Box<dyn Format>>,
    only: &'e [args::Outcome],
    /// Input and line.
    place: (usize, u64),
}

impl Explainer<'_> {
    fn line(
        &mut self,
        names: &[String],
        input: usize,
        line: Option<&[u8]>,
        output: &mut impl Write,
    ) -> io::Result<()> {
        if input != self.place.0 {
            self.place = (input, 0);
            self.successor = None;
        }
        self.place.1 += 1;
        let format = self.successor.as_deref().unwrap_or(self.format);
        let found = match line {
            Some(line) => self.query.explain(format, line),
            None => Explanation::too_long(format),
        };
        let place = format!("{}:{}", show(names[input].as_bytes()), self.place.1);
        if self.is_wanted(&found) {
            write(&place, &found, line, output)?;
        }
        if let Some(next) = line.and_then(|line| format.successor(line)) {
            self.successor = Some(next);
        }
        Ok(())
    }

    fn is_wanted(&self, found: &Explanation) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| log_parser::Outcome::from(*only) == found.outcome)
    }
}

fn write(place: &str, found: &Explanation, line: Option<&[u8]>, output: &mut impl Write) -> io::Result<()> {
    writeln!(output, "{place}: {}: {}", found.outcome.name(), found.reason)?;
    if let (Some(at), Some(line)) = (found.at, line) {
        point(line, at, output)?;
    }
    let fields = found.fields.iter().map(|(name, value)| format!("{name} {}", show(value)));
    let fields: Vec<String> = fields.collect();
    if fields.is_empty() { Ok(()) } else { writeln!(output, "  {}", fields.join(" · ")) }
}

/// The line around a place, and a mark under that place.
fn point(line: &[u8], at: usize, output: &mut impl Write) -> io::Result<()> {
    const AROUND: usize = 40;
    if line.is_empty() {
        return Ok(());
    }
    let at = at.min(line.len());
    let start = at.saturating_sub(AROUND);
    let end = line.len().min(at + AROUND);
    let before = show(&line[start..at]);
    let (left, right) = (if start > 0 { "…" } else { "" }, if end < line.len() { "…" } else { "" });
    writeln!(output, "  {left}{before}{}{right}", show(&line[at..end]))?;
    writeln!(output, "  {}^ byte {at}", " ".repeat(left.chars().count() + before.chars().count()))
}

impl From<args::Outcome> for log_parser::Outcome {
    fn from(outcome: args::Outcome) -> Self {
        match outcome {
            args::Outcome::Malformed => Self::Malformed,
            args::Outcome::NotMatched => Self::NotMatched,
            args::Outcome::Own => Self::Own,
            args::Outcome::Bot => Self::Bot,
            args::Outcome::Counted => Self::Counted,
        }
    }
}
