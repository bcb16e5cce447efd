//! The logs that are read: made from a seed, kept from run to run, and warmed before they are used.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use log_parser::generate::{Generator, Options, Shape, Size};

/// Slow peers get no more than this many bytes, and their time is scaled up.
const SLICE: u64 = 50_000_000;

/// A log, ready to be read.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
}

/// The folder of logs.
#[derive(Debug)]
pub(crate) struct Logs {
    folder: PathBuf,
    megabytes: u64,
}

impl Logs {
    pub(crate) fn new(folder: &Path, megabytes: u64) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("failed to make {}", folder.display()))?;
        Ok(Self { folder: folder.to_owned(), megabytes })
    }

    /// The usual log: ordinary and a few broken lines.
    pub(crate) fn realistic(&self, output: &mut impl Write) -> Result<Log> {
        self.log("realistic", Shape::Realistic, self.megabytes * 1_000_000, output)
    }

    /// A small part of such a log.
    pub(crate) fn slice(&self, output: &mut impl Write) -> Result<Log> {
        let bytes = SLICE.min(self.megabytes * 1_000_000);
        self.log("slice", Shape::Realistic, bytes, output)
    }

    /// A log of an odd shape.
    pub(crate) fn shaped(
        &self,
        name: &str,
        shape: Shape,
        share: u64,
        output: &mut impl Write,
    ) -> Result<Log> {
        self.log(name, shape, self.megabytes * 1_000_000 / share, output)
    }

    fn log(&self, name: &str, shape: Shape, bytes: u64, output: &mut impl Write) -> Result<Log> {
        let path = self.folder.join(format!("{name}-{bytes}.log"));
        if !path.is_file() {
            writeln!(output, "making {} ({} MB)", path.display(), bytes / 1_000_000)?;
            let part = path.with_extension("part");
            let options = Options { size: Size::Bytes(bytes), shape, ..Options::default() };
            let mut file = BufWriter::with_capacity(1 << 20, File::create(&part)?);
            Generator::new(options)?.write(&mut file)?;
            file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
            // Under its name only when it is whole.
            fs::rename(&part, &path)?;
        }
        let bytes = warm(&path).with_context(|| format!("failed to read {}", path.display()))?;
        Ok(Log { path, bytes })
    }
}

/// Reads a file, so that it lies in memory when it is timed.
fn warm(path: &Path) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(bytes),
            count => bytes += count as u64,
        }
    }
}
