//! Log formats: each reads one line into a [`Record`], or returns a parse error with its place.
//!
//! A format is immutable and shared by threads. What a line *means* to a query (counted, own, bot) is not
//! decided here.
//!
//! **Formats with state.** W3C logs (IIS, CloudFront) name their fields in a `#Fields:` line that may come
//! again in the middle of a file. Such a format answers `true` to [`Format::stateful`], and the line that
//! changes it answers with the format for the lines after it ([`Format::successor`]). A stateful format must
//! be read by one thread a file, from the start; every other one may be read in chunks, in any order.

mod aws;
mod combined;
mod cursor;
mod detect;
mod json;
mod layout;
mod names;
mod number;
mod plan;
mod record_builder;
mod w3c;

use std::fmt::Debug;

use crate::Record;

pub use aws::{Alb, Elb, S3};
pub(crate) use combined::last_quoted;
pub use combined::{Combined, Common};
pub use detect::{Detection, detect};
pub use json::Json;
pub use layout::Layout;
pub(crate) use layout::Tail;
pub use names::{FormatError, NAMES, by_name};
pub use plan::Plan;
pub use w3c::W3c;

/// A longer line, its ending not counted, is malformed in every format.
pub const MAX_LINE: usize = 1 << 20;

/// Reads lines of one log format.
///
/// ```
/// use log_parser::{Request, format::{Combined, Format}};
///
/// let line = br#"203.0.113.7 - - [20/Nov/2026:10:05:03 +0000] "GET /users/7 HTTP/1.1" 200 512 "-" "curl/8.5.0""#;
/// let record = Combined.parse(line)?;
/// assert_eq!(record.request, Request::Line(b"GET /users/7 HTTP/1.1".into()));
/// assert_eq!(record.status, Some(200));
/// # Ok::<(), log_parser::format::ParseError>(())
/// ```
pub trait Format: Send + Sync + Debug {
    /// The name that finds it again: `combined`, `alb`; for a format string, its kind.
    fn name(&self) -> &'static str;

    /// Reads one line, which comes without its newline and without a carriage return before that.
    ///
    /// # Errors
    ///
    /// The first thing that keeps the line from being a record.
    fn parse<'a>(&self, line: &'a [u8]) -> Result<Record<'a>, ParseError>;

    /// The layout of its lines, where the fast path can read them. A line that the fast path accepts must be
    /// a record of the same fields for [`Format::parse`], which reads every other line.
    fn layout(&self) -> Option<Layout> {
        None
    }

    /// Whether a line can change how the lines after it read.
    fn stateful(&self) -> bool {
        false
    }

    /// The format for the lines after this one, where it is one that changes it. Such a line is also
    /// parsed, as a record of no request, so that every line has its place in the ledger.
    fn successor(&self, line: &[u8]) -> Option<Box<dyn Format>> {
        let _ = line;
        None
    }
}

/// Why a line is no record, and where: what `explain` and `--rejects` show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} (byte {at})")]
pub struct ParseError {
    /// Offset of the byte that shows it, from 0; the line's length where the line ends too early.
    pub at: usize,
    /// What is wrong there.
    pub kind: ParseErrorKind,
}

/// What keeps a line from being a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// Nothing on the line.
    #[error("blank line")]
    Blank,
    /// More than [`MAX_LINE`] bytes.
    #[error("longer than {MAX_LINE} bytes")]
    TooLong,
    /// The line ends in a field or before it.
    #[error("the line is cut off: no end of the {0}")]
    CutOff(&'static str),
    /// A field that must hold something is empty.
    #[error("the {0} is empty")]
    Empty(&'static str),
    /// Something else is in the place of a field or of the text between fields.
    #[error("expected {0}")]
    Expected(&'static str),
    /// A field's value isn't what it must be.
    #[error("{0}")]
    Invalid(&'static str),
}

/// The two things that no format takes.
fn refuse_extremes(line: &[u8]) -> Result<(), ParseError> {
    if line.is_empty() {
        return Err(ParseError { at: 0, kind: ParseErrorKind::Blank });
    }
    if line.len() > MAX_LINE {
        return Err(ParseError { at: MAX_LINE, kind: ParseErrorKind::TooLong });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
