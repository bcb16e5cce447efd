//! `generate`: a realistic log from a seed, and the truth about it.

use std::fs::File;
use std::io::{BufWriter, Write};

use log_parser::generate::{self, Generator, Options, Size};

use crate::args::{Generate, Shape};
use crate::problem::Problem;

/// How many lines there are where nobody says.
const LINES: u64 = 100_000;

/// Writes the log, and the truth where it is asked for.
pub(crate) fn run(arguments: &Generate, output: &mut impl Write) -> Result<(), Problem> {
    let generator = Generator::new(options(arguments)?)?;
    let truth = match &arguments.to {
        None => generator.write(output).map_err(Problem::Output)?,
        Some(path) => {
            let failed = |source| Problem::LogFile { path: path.clone(), source };
            let mut file = BufWriter::with_capacity(1 << 20, File::create(path).map_err(failed)?);
            let truth = generator.write(&mut file).map_err(failed)?;
            file.flush().map_err(failed)?;
            truth
        }
    };
    if let Some(path) = &arguments.truth {
        let failed = |source| Problem::LogFile { path: path.clone(), source };
        let mut text = serde_json::to_vec_pretty(&truth).map_err(|error| failed(error.into()))?;
        text.push(b'\n');
        std::fs::write(path, text).map_err(failed)?;
    }
    Ok(())
}

fn options(arguments: &Generate) -> Result<Options, Problem> {
    let refused = || Problem::Size { text: arguments.size.clone().unwrap_or_default() };
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
