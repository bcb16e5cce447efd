//! The fast way through combined and common logs: lines that look as nearly all do are checked where they lie.
//!
//! A line is *plain* when its unescaped quotes and a few bytes around them prove that the exact parser
//! ([`Combined`](crate::format::Combined), [`Common`](crate::format::Common)) would accept it, and with
//! which fields. Every other line goes to that parser; property tests hold the two together.

mod checks;
mod plain;
#[cfg(test)]
mod tests;

pub(crate) use plain::Plain;

use crate::format::Layout;
use crate::simd::{Index, Kernel};

/// How much is indexed before its lines are visited: the index then stays in the nearest cache.
const WINDOW: usize = 16 * 1024;

/// Maximum number of index entries kept for an unfinished line.
const MAX_PENDING: usize = 256;

/// Receives the lines of a log in order.
pub(crate) trait Visitor {
    /// A line that is proved to be good.
    fn plain(&mut self, line: Plain<'_>);

    /// Any other line, without its ending.
    fn other(&mut self, line: &[u8]);
}

/// Walks over blocks of lines.
#[derive(Debug)]
pub(crate) struct Scanner {
    kernel: Kernel,
    layout: Layout,
    index: Index,
}

impl Scanner {
    pub(crate) fn new(kernel: Kernel, layout: Layout) -> Self {
        Self { kernel, layout, index: Index::default() }
    }

    /// Visits each line of `data` that ends in a newline. Returns how many bytes those lines take.
    pub(crate) fn lines(&mut self, data: &[u8], visitor: &mut impl Visitor) -> usize {
        self.index.clear();
        let mut start = 0;
        for at in (0..data.len()).step_by(WINDOW) {
            let window = &data[at..data.len().min(at + WINDOW)];
            let base = u32::try_from(at).expect("a block is far smaller than 4 GiB");
            self.kernel.index(window, base, &mut self.index);
            let mut next = 0;
            while let Some((line, entries)) =
                first_line(self.layout, data, start, &self.index.entries()[next..])
            {
                next += entries;
                let newline = self.index.entries()[next - 1] as usize;
                match line {
                    Some(line) => visitor.plain(line),
                    None => visitor.other(without_ending(&data[start..=newline])),
                }
                start = newline + 1;
            }
            // A proof needs only the last quotes of a line, so that the first ones can be forgotten.
            if self.index.entries().len() - next > MAX_PENDING {
                next = self.index.entries().len();
            }
            self.index.consume(next);
        }
        start
    }
}

/// A line without its newline, and without a carriage return before that.
pub(crate) fn without_ending(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The first line, where it is plain, and how many entries it takes; `None` while its end is not in sight.
#[inline(always)]
fn first_line<'d>(
    layout: Layout,
    data: &'d [u8],
    start: usize,
    entries: &[u32],
) -> Option<(Option<Plain<'d>>, usize)> {
    let is_newline = |entry: &u32| data.get(*entry as usize) == Some(&b'\n');
    // Nearly every line has six quotes and its newline. Should the newline be another line's, one of the
    // six is no quote, and the checks fail.
    if let Some(usual) = entries.first_chunk::<7>()
        && layout.headers
        && is_newline(&usual[6])
        && let Some(line) = Plain::prove(layout, data, start, usual)
    {
        return Some((Some(line), 7));
    }
    let length = entries.iter().position(is_newline)? + 1;
    Some((Plain::prove(layout, data, start, &entries[..length]), length))
}
