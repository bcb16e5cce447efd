//! `generate`: a realistic log from a seed, and the truth about it.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::fd::AsFd;
use std::path::PathBuf;

use log_parser::generate::{self, Generator, Options, Size, Truth};

use super::rejects::{empty, is_same, open};
use crate::args::{Generate, Shape};
use crate::error::CliError;

/// How many lines there are where nobody says.
const LINES: u64 = 100_000;

/// Writes the log, and the truth where it is asked for.
pub(crate) fn run(arguments: &Generate, output: &mut impl Write) -> Result<(), CliError> {
    let generator = Generator::new(options(arguments)?)?;
    let opened =
        |path: &PathBuf| open(path).map_err(|source| CliError::LogFile { path: path.clone(), source });
    let log = arguments.to.as_ref().map(opened).transpose()?;
    let truth = arguments.truth.as_ref().map(opened).transpose()?;
    if let (Some(file), Some(path)) = (&truth, &arguments.truth)
        && is_log(file, log.as_ref()).map_err(CliError::Output)?
    {
        return Err(CliError::TruthIsLog { path: path.clone() });
    }
    let found = match log.zip(arguments.to.as_ref()) {
        None => generator.write(output).map_err(CliError::Output)?,
        Some((file, path)) => {
            let written = write_log(generator, &file);
            written.map_err(|source| CliError::LogFile { path: path.clone(), source })?
        }
    };
    if let Some((mut file, path)) = truth.zip(arguments.truth.as_ref()) {
        let failed = |source| CliError::LogFile { path: path.clone(), source };
        let mut text = serde_json::to_vec_pretty(&found).map_err(|error| failed(error.into()))?;
        text.push(b'\n');
        empty(&file).and_then(|()| file.write_all(&text)).map_err(failed)?;
    }
    Ok(())
}

/// Would the truth overwrite the log? Without a name, the log is on standard output.
fn is_log(truth: &File, log: Option<&File>) -> io::Result<bool> {
    let log = match log {
        Some(log) => log.metadata()?,
        None => File::from(io::stdout().as_fd().try_clone_to_owned()?).metadata()?,
    };
    Ok(is_same(&truth.metadata()?, &log))
}

fn write_log(generator: Generator, file: &File) -> io::Result<Truth> {
    empty(file)?;
    let mut log = BufWriter::with_capacity(1 << 20, file);
    let truth = generator.write(&mut log)?;
    log.flush()?;
    Ok(truth)
}

fn options(arguments: &Generate) -> Result<Options, CliError> {
    let refused = || CliError::Size { text: arguments.size.clone().unwrap_or_default() };
    let size = match &arguments.size {
        None => Size::Lines(arguments.lines.unwrap_or(LINES)),
        Some(text) => Size::Bytes(bytes(text).ok_or_else(refused)?),
    };
    // Checked as the request of a query is, so that the same text goes for both.
    super::request(arguments.request.as_ref(), false)?;
    let (method, path) = arguments.request.split_once(' ').unwrap_or_default();
    Ok(Options {
        seed: arguments.seed,
        size,
        shape: match arguments.shape {
            Shape::Realistic => generate::Shape::Realistic,
            Shape::DistinctAgents => generate::Shape::DistinctAgents,
            Shape::DistinctPaths => generate::Shape::DistinctPaths,
            Shape::OneLine => generate::Shape::OneLine,
        },
        hostile: arguments.hostile,
        method: method.to_owned(),
        path: path.to_owned(),
        ..Options::default()
    })
}

/// `500`, `500k`, `500M`, `2G`, in thousands.
fn bytes(text: &str) -> Option<u64> {
    let (digits, unit) = match text.as_bytes().last()? {
        b'k' | b'K' => (&text[..text.len() - 1], 1_000),
        b'm' | b'M' => (&text[..text.len() - 1], 1_000_000),
        b'g' | b'G' => (&text[..text.len() - 1], 1_000_000_000),
        _ => (text, 1),
    };
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_have_units() {
        for (text, expected) in
            [("0", Some(0)), ("12k", Some(12_000)), ("5M", Some(5_000_000)), ("2G", Some(2_000_000_000))]
        {
            assert_eq!(bytes(text), expected, "{text}");
        }
        for text in ["", "M", "+5", "5T", "5.5G", "99999999999G"] {
            assert_eq!(bytes(text), None, "{text:?}");
        }
    }
}
