//! The inputs: files, standard input, and either of them compressed with gzip.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Mutex;

use super::StreamSlot;
use super::compression::{self, MAGIC_LEN, Members};

/// How much of an input is looked at to find its format.
const SAMPLE: usize = 64 << 10;

/// Where lines come from. Each is looked at for gzip, and unpacked if need be.
pub enum Input {
    /// A file, by its path.
    Path(PathBuf),
    /// Standard input. It is read once, however often it is named.
    Stdin,
    /// Anything else that can be read, from its start to its end.
    Stream {
        /// What messages call it.
        name: String,
        /// Its bytes.
        reader: Box<dyn Read + Send>,
    },
}

impl Input {
    /// What messages call it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Stdin => "standard input".to_owned(),
            Self::Stream { name, .. } => name.clone(),
        }
    }

    /// Its size, where that is known before it is read, and no more than its size.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::Path(path) => {
                path.metadata().ok().filter(std::fs::Metadata::is_file).map(|file| file.len())
            }
            Self::Stdin | Self::Stream { .. } => None,
        }
    }
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Input({:?})", self.name())
    }
}

/// Looks at the first lines of an input, unpacked. Read the input that is returned from then on: a pipe
/// gives its bytes only once.
///
/// # Errors
/// Where it cannot be opened or read.
pub fn sample(input: Input) -> Result<(Vec<u8>, Input), OpenError> {
    let again = match &input {
        Input::Path(path) => Input::Path(path.clone()),
        Input::Stdin | Input::Stream { .. } => Input::Stdin,
    };
    let Source { name, content } = Source::open(input, false)?;
    let failed = |source| OpenError { name: name.clone(), source };
    match content {
        Content::File { file, start, .. } => {
            let mut sample = vec![0; SAMPLE];
            let count = file.read_at(&mut sample, start).map_err(failed)?;
            sample.truncate(count);
            whole_lines(&mut sample);
            Ok((sample, again))
        }
        Content::Stream(waiting) => {
            let stream = waiting.into_inner().ok().flatten();
            let mut sample = Vec::new();
            let Some(mut reader) = stream else { return Ok((sample, again)) };
            reader.by_ref().take(SAMPLE as u64).read_to_end(&mut sample).map_err(failed)?;
            let reader = Box::new(io::Cursor::new(sample.clone()).chain(reader));
            whole_lines(&mut sample);
            Ok((sample, Input::Stream { name, reader }))
        }
    }
}

/// Drops a last line that may be cut off, unless it is the only one.
fn whole_lines(sample: &mut Vec<u8>) {
    if let Some(newline) = memchr::memrchr(b'\n', sample) {
        sample.truncate(newline + 1);
    }
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
    Stream(StreamSlot),
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
    pub(super) fn open(input: Input, in_order: bool) -> Result<Self, OpenError> {
        let name = input.name();
        let content = match input {
            Input::Path(path) => File::open(path).and_then(|file| content(file, in_order)),
            Input::Stdin => {
                let file = io::stdin().as_fd().try_clone_to_owned().map(File::from);
                file.and_then(|file| content(file, in_order))
            }
            Input::Stream { reader, .. } => stream(reader),
        };
        match content {
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
    // Files of /proc have a length of 0 and are not empty.
    if !metadata.is_file() || metadata.len() == 0 {
        return stream(file);
    }
    let start = file.stream_position()?;
    let mut magic = [0; MAGIC_LEN];
    let known = file.read_at(&mut magic, start)?;
    if in_order || compression::is_gzip(&magic[..known])? {
        return stream(file);
    }
    Ok(Content::File { file, start, end: metadata.len().max(start) })
}

/// Looks at the first bytes, which a pipe gives only once.
fn stream(mut file: impl Read + Send + 'static) -> io::Result<Content> {
    let mut magic = [0; MAGIC_LEN];
    let mut known = 0;
    while known < MAGIC_LEN {
        match file.read(&mut magic[known..]) {
            Ok(0) => break,
            Ok(more) => known += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let packed = compression::is_gzip(&magic[..known])?;
    let whole = io::Cursor::new(magic).take(known as u64).chain(file);
    let reader: Box<dyn Read + Send> = if packed { Box::new(Members::new(whole)) } else { Box::new(whole) };
    Ok(Content::Stream(Mutex::new(Some(reader))))
}
