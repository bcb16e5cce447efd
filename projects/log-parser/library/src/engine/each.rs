//! Every line of some inputs, one after the other and in order, for whoever looks at single lines.

use std::io;
use std::sync::atomic::AtomicU64;

use crate::scan::without_ending;

use super::input::{Content, Input, Source};
use super::lines::{LineSink, Lines};
use super::{RunError, check, feed};

/// Shows each line to `visit`, without its ending; `None` for a line that is too long to be held.
/// `visit` also gets the number of the input, from 0. Its first error ends the reading.
///
/// # Errors
/// Where an input cannot be opened or read, and where `visit` fails: that error is in the second place.
pub fn each_line(
    inputs: Vec<Input>,
    mut visit: impl FnMut(usize, Option<&[u8]>) -> io::Result<()>,
) -> Result<io::Result<()>, RunError> {
    check(&inputs)?;
    let progress = AtomicU64::new(0);
    for (at, input) in inputs.into_iter().enumerate() {
        let source = Source::open(input, true)?;
        let Content::Stream(waiting) = source.content else { unreachable!("asked for in order") };
        let Some(stream) = waiting.into_inner().ok().flatten() else { continue };
        let mut each = Each { at, visit: &mut visit, failed: None };
        let mut lines = Lines::new(&progress);
        let read = feed::pump(stream, |reader| lines.stream(reader, &mut each));
        if let Some(error) = each.failed {
            return Ok(Err(error));
        }
        read.map_err(|error| RunError::Read { name: source.name, source: error })?;
    }
    Ok(Ok(()))
}

struct Each<'v, V> {
    at: usize,
    visit: &'v mut V,
    failed: Option<io::Error>,
}

impl<V: FnMut(usize, Option<&[u8]>) -> io::Result<()>> Each<'_, V> {
    fn show(&mut self, line: Option<&[u8]>) {
        if self.failed.is_none() {
            self.failed = (self.visit)(self.at, line).err();
        }
    }
}

impl<V: FnMut(usize, Option<&[u8]>) -> io::Result<()>> LineSink for Each<'_, V> {
    fn lines(&mut self, data: &[u8]) -> usize {
        let mut start = 0;
        for newline in memchr::memchr_iter(b'\n', data) {
            self.show(Some(without_ending(&data[start..=newline])));
            start = newline + 1;
        }
        start
    }

    fn too_long(&mut self) {
        self.show(None);
    }

    fn stop(&self) -> bool {
        self.failed.is_some()
    }
}
