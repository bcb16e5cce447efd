//! What can be read: files, standard input, and either of them packed with gzip.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Mutex;

use flate2::read::MultiGzDecoder;

use super::Waiting;

/// How the bytes of a gzip file begin.
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// Where lines come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, by its path.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// Why an input cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("failed to open {name}")]
pub struct OpenError {
    /// The file, or `standard input`.
    pub name: String,
    /// What the system says.
    pub source: io::Error,
}

/// An input that is open.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) content: Content,
}

/// How an input is read.
pub(super) enum Content {
    /// In ranges, by any number of threads.
    File {
        file: File,
        /// Where reading begins: standard input may be a file that others have read from.
        start: u64,
        /// Where the file ended when it was opened. What is appended later waits for the next run.
        end: u64,
    },
    /// From the start, by one thread.
    Stream(Waiting),
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { start, end, .. } => write!(f, "File({start}..{end})"),
            Self::Stream(_) => f.write_str("Stream"),
        }
    }
}

impl Source {
    /// Opens an input. `in_order` asks for a stream even where it is a file.
    pub(super) fn open(input: &Input, in_order: bool) -> Result<Self, OpenError> {
        let name = match input {
            Input::Path(path) => path.display().to_string(),
            Input::Stdin => "standard input".to_owned(),
        };
        let file = match input {
            Input::Path(path) => File::open(path),
            Input::Stdin => io::stdin().as_fd().try_clone_to_owned().map(File::from),
        };
        match file.and_then(|file| content(file, in_order)) {
            Ok(content) => Ok(Self { name, content }),
            Err(source) => Err(OpenError { name, source }),
        }
    }
}

fn content(mut file: File, in_order: bool) -> io::Result<Content> {
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    // Files of /proc say that they are empty and are not.
    if !metadata.is_file() || metadata.len() == 0 {
        return stream(file);
    }
    let start = file.stream_position()?;
    let mut magic = [0; 2];
    let packed = file.read_at(&mut magic, start)? == 2 && magic == GZIP;
    if packed || in_order {
        return stream(file);
    }
    Ok(Content::File { file, start, end: metadata.len().max(start) })
}

/// Looks at the first two bytes, which a pipe gives only once.
fn stream(mut file: File) -> io::Result<Content> {
    let mut magic = [0; 2];
    let mut known = 0;
    while known < 2 {
        match file.read(&mut magic[known..]) {
            Ok(0) => break,
            Ok(more) => known += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let packed = magic[..known] == GZIP;
    let whole = io::Cursor::new(magic).take(known as u64).chain(file);
    let reader: Box<dyn Read + Send> = if packed {
        Box::new(MultiGzDecoder::new(BufReader::with_capacity(64 << 10, whole)))
    } else {
        Box::new(whole)
    };
    Ok(Content::Stream(Mutex::new(Some(reader))))
}
