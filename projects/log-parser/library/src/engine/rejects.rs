//! Writes malformed lines to a file, just as they were read, so that they can be inspected and read again.

use std::io::{self, Write};
use std::sync::Mutex;

/// How much a thread keeps before it writes.
const FLUSH: usize = 64 << 10;

/// A file for malformed lines, shared by the threads. They come in no particular order.
pub struct Rejects {
    output: Mutex<Box<dyn Write + Send>>,
}

impl Rejects {
    /// Keeps lines in `output`.
    #[must_use]
    pub fn new(output: impl Write + Send + 'static) -> Self {
        Self { output: Mutex::new(Box::new(output)) }
    }

    pub(super) fn buffer(&self) -> Buffer<'_> {
        Buffer { rejects: self, lines: Vec::new(), left_out: 0, failed: None }
    }

    fn write(&self, lines: &[u8]) -> io::Result<()> {
        // Another thread that panicked while it wrote ends the program anyway.
        let mut output = self.output.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        output.write_all(lines)
    }
}

impl std::fmt::Debug for Rejects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rejects")
    }
}

/// One thread's rejects that are not written yet.
#[derive(Debug)]
pub(super) struct Buffer<'r> {
    rejects: &'r Rejects,
    lines: Vec<u8>,
    left_out: u64,
    failed: Option<io::Error>,
}

impl Buffer<'_> {
    pub(super) fn keep(&mut self, line: &[u8]) {
        self.lines.extend_from_slice(line);
        self.lines.push(b'\n');
        if self.lines.len() >= FLUSH {
            self.flush();
        }
    }

    /// A line that was too long to be held.
    pub(super) fn leave_out(&mut self) {
        self.left_out += 1;
    }

    /// Writes the rest; returns how many lines were left out.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        self.flush();
        match self.failed {
            Some(error) => Err(error),
            None => Ok(self.left_out),
        }
    }

    /// The first failure is reported at the end; after it nothing more is written.
    fn flush(&mut self) {
        if self.failed.is_none() {
            self.failed = self.rejects.write(&self.lines).err();
        }
        self.lines.clear();
    }
}
