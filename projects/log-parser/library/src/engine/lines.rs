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
const READ_SIZE: usize = 256 << 10;

/// How much is read at a time to finish a line past the end of a range.
const FINISH_SIZE: usize = 16 << 10;

/// An unfinished line of this length is too long, even if a carriage return is all that follows.
const TOO_LONG: usize = MAX_LINE + 2;

/// Receives lines.
pub(super) trait LineSink {
    /// Takes the lines of `data` that end in a newline, and returns how many bytes they took.
    fn lines(&mut self, data: &[u8]) -> usize;

    /// A line that is too long to be held.
    fn too_long(&mut self);

    /// Has it seen enough?
    fn stop(&self) -> bool {
        false
    }
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
        Self { buffer: vec![0; READ_SIZE], filled: 0, skipping: false, progress }
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
        while !sink.stop() && self.fill(reader, READ_SIZE)? {
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
            if !self.fill(reader, FINISH_SIZE)? {
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
        self.reserve(if size == READ_SIZE { READ_SIZE / 4 } else { size });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::without_ending;
    use proptest::prelude::*;
    use std::io::Write;

    /// Lines as they come; `None` for one that is too long.
    #[derive(Debug, Default)]
    struct Collect(Vec<Option<Vec<u8>>>);

    impl LineSink for Collect {
        fn lines(&mut self, data: &[u8]) -> usize {
            let whole = memchr::memrchr(b'\n', data).map_or(0, |newline| newline + 1);
            let lines = data[..whole].split_inclusive(|&byte| byte == b'\n');
            self.0.extend(lines.map(|line| Some(without_ending(line).to_vec())));
            whole
        }

        fn too_long(&mut self) {
            self.0.push(None);
        }
    }

    fn plainly(data: &[u8]) -> Vec<Option<Vec<u8>>> {
        let lines = data.split_inclusive(|&byte| byte == b'\n').map(without_ending);
        lines.map(|line| (line.len() <= MAX_LINE).then(|| line.to_vec())).collect()
    }

    /// A line that is too long may also come whole, if it was in the buffer anyway: it is malformed then.
    fn normalized(found: &[Option<Vec<u8>>], expected: &[Option<Vec<u8>>]) -> bool {
        let whole = |line: &Option<Vec<u8>>| line.clone().filter(|line| line.len() <= MAX_LINE);
        found.len() == expected.len() && found.iter().map(whole).eq(expected.iter().cloned())
    }

    /// All lines of a file that is read in ranges.
    fn in_ranges(data: &[u8], cuts: &[usize]) -> Vec<Option<Vec<u8>>> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(data).unwrap();
        let progress = AtomicU64::new(0);
        let mut lines = Lines::new(&progress);
        let mut collect = Collect::default();
        let ends = cuts.iter().copied().chain([data.len()]);
        let mut from = 0;
        for to in ends {
            if from < to {
                let range = (from as u64, to as u64);
                lines.range(&file, range, from == 0, &mut collect).unwrap();
                from = to;
            }
        }
        collect.0
    }

    /// Yields this many bytes at a time.
    struct Trickle<'d>(&'d [u8], usize);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(buffer.len()).min(self.0.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    proptest! {
        #[test]
        fn every_line_is_in_exactly_one_range(
            data in proptest::collection::vec(prop_oneof![3 => Just(b'a'), 1 => Just(b'\n'), 1 => Just(b'\r')], 0..60),
            mut cuts in proptest::collection::vec(0usize..60, 0..6),
        ) {
            cuts.retain(|cut| *cut < data.len());
            cuts.sort_unstable();
            prop_assert_eq!(in_ranges(&data, &cuts), plainly(&data));
        }

        #[test]
        fn a_stream_may_come_in_any_pieces(
            data in proptest::collection::vec(prop_oneof![3 => Just(b'a'), 1 => Just(b'\n')], 0..60), step in 1usize..9,
        ) {
            let progress = AtomicU64::new(0);
            let mut collect = Collect::default();
            Lines::new(&progress).stream(&mut Trickle(&data, step), &mut collect).unwrap();
            prop_assert_eq!(collect.0, plainly(&data));
            prop_assert_eq!(progress.into_inner(), data.len() as u64);
        }
    }

    #[test]
    fn lines_about_as_long_as_the_limit_are_told_from_longer_ones() {
        for length in MAX_LINE - 1..=MAX_LINE + 3 {
            for ending in ["\n", "\r\n", ""] {
                let mut data = b"first\n".to_vec();
                data.extend(std::iter::repeat_n(b'x', length));
                data.extend_from_slice(ending.as_bytes());
                if !ending.is_empty() {
                    data.extend_from_slice(b"last");
                }
                let expected = plainly(&data);
                for cuts in [&[][..], &[3], &[6, 7], &[1 << 19, (1 << 20) + 4]] {
                    assert!(normalized(&in_ranges(&data, cuts), &expected), "{length} {ending:?} {cuts:?}");
                }
                let progress = AtomicU64::new(0);
                let mut collect = Collect::default();
                Lines::new(&progress).stream(&mut &data[..], &mut collect).unwrap();
                assert!(normalized(&collect.0, &expected), "{length} {ending:?}");
            }
        }
    }

    #[test]
    fn a_very_long_line_is_never_held() {
        let progress = AtomicU64::new(0);
        let mut lines = Lines::new(&progress);
        let mut collect = Collect::default();
        let mut endless = io::repeat(b'x').take(64 << 20).chain(&b"\nlast"[..]);
        lines.stream(&mut endless, &mut collect).unwrap();
        assert_eq!(collect.0, [None, Some(b"last".to_vec())]);
        assert!(lines.buffer.len() <= 4 << 20, "{}", lines.buffer.len());
    }
}
