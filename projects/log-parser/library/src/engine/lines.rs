//! Turns bytes that are read piece by piece into whole lines, in a buffer that stays small.
//!
//! A line longer than the limit is never held: once it is known to be too long it is reported, and the
//! rest of it is skipped as it is read.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::format::MAX_LINE;

/// How much is read at a time: small enough to be still in the processor's cache when it is scanned.
const READ: usize = 256 << 10;

/// How much is read at a time to finish a line past the end of a range.
const FINISH: usize = 16 << 10;

/// An unfinished line of this length is too long, even if a carriage return is all that follows.
const TOO_LONG: usize = MAX_LINE + 2;

/// Receives lines.
pub(super) trait LineSink {
    /// Takes the lines of `data` that end in a newline, and says how many bytes they took.
    fn lines(&mut self, data: &[u8]) -> usize;

    /// A line that is too long to be held.
    fn too_long(&mut self);
}

/// One thread's buffer.
#[derive(Debug)]
pub(super) struct Lines<'p> {
    buffer: Vec<u8>,
    /// How much of the buffer is read and not yet done.
    filled: usize,
    /// Everything up to the next newline is to be skipped.
    skipping: bool,
    progress: &'p AtomicU64,
}

impl<'p> Lines<'p> {
    pub(super) fn new(progress: &'p AtomicU64) -> Self {
        Self { buffer: vec![0; READ], filled: 0, skipping: false, progress }
    }

    /// The lines that begin in a range of a file. `first`: a line begins right at its start.
    pub(super) fn range(
        &mut self,
        file: &File,
        (from, to): (u64, u64),
        first: bool,
        sink: &mut impl LineSink,
    ) -> io::Result<()> {
        // A line begins at `from` if the byte before it is a newline: so that byte is read too.
        let from = if first { from } else { from - 1 };
        self.filled = 0;
        self.skipping = !first;
        let mut reader = Section { file, at: from, end: to };
        self.pieces(&mut reader, sink)?;
        if self.filled > 0 && !self.skipping {
            reader.end = u64::MAX;
            self.finish(&mut reader, sink)?;
        }
        Ok(())
    }

    /// All lines of a stream.
    pub(super) fn stream(&mut self, reader: &mut impl Read, sink: &mut impl LineSink) -> io::Result<()> {
        self.filled = 0;
        self.skipping = false;
        self.pieces(reader, sink)?;
        self.last(sink);
        Ok(())
    }

    /// Reads to the end of `reader`. What is left in the buffer then is a line without its end.
    fn pieces(&mut self, reader: &mut impl Read, sink: &mut impl LineSink) -> io::Result<()> {
        while self.fill(reader, READ)? {
            self.skip();
            let done = if self.skipping { self.filled } else { sink.lines(&self.buffer[..self.filled]) };
            self.drop_first(done);
            if self.filled >= TOO_LONG {
                sink.too_long();
                self.filled = 0;
                self.skipping = true;
            }
        }
        Ok(())
    }

    /// Finishes the line that is in the buffer with what follows the range.
    fn finish(&mut self, reader: &mut Section<'_>, sink: &mut impl LineSink) -> io::Result<()> {
        loop {
            let known = self.filled;
            if !self.fill(reader, FINISH)? {
                self.last(sink);
                return Ok(());
            }
            if let Some(newline) = memchr::memchr(b'\n', &self.buffer[known..self.filled]) {
                sink.lines(&self.buffer[..=known + newline]);
                return Ok(());
            }
            if self.filled >= TOO_LONG {
                sink.too_long();
                return Ok(());
            }
        }
    }

    /// The last line, which no newline ends.
    fn last(&mut self, sink: &mut impl LineSink) {
        if self.filled > 0 && !self.skipping {
            self.reserve(1);
            self.buffer[self.filled] = b'\n';
            sink.lines(&self.buffer[..=self.filled]);
        }
        self.filled = 0;
    }

    /// Reads once; `false` at the end.
    fn fill(&mut self, reader: &mut impl Read, size: usize) -> io::Result<bool> {
        self.reserve(if size == READ { READ / 4 } else { size });
        let end = self.buffer.len().min(self.filled + size);
        loop {
            match reader.read(&mut self.buffer[self.filled..end]) {
                Ok(count) => {
                    self.filled += count;
                    self.progress.fetch_add(count as u64, Ordering::Relaxed);
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Leaves out what belongs to a line that is skipped.
    fn skip(&mut self) {
        if !self.skipping {
            return;
        }
        if let Some(newline) = memchr::memchr(b'\n', &self.buffer[..self.filled]) {
            self.skipping = false;
            self.drop_first(newline + 1);
        }
    }

    fn drop_first(&mut self, count: usize) {
        self.buffer.copy_within(count..self.filled, 0);
        self.filled -= count;
    }

    /// Grows the buffer, for lines that need it: at most to somewhat more than the longest line.
    fn reserve(&mut self, more: usize) {
        if self.buffer.len() < self.filled + more {
            self.buffer.resize((self.filled + more).max(self.buffer.len() * 2), 0);
        }
    }
}

/// A part of a file, read at its own position.
#[derive(Debug)]
struct Section<'f> {
    file: &'f File,
    at: u64,
    end: u64,
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let count = self.file.read_at(&mut buffer[..wanted], self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}
